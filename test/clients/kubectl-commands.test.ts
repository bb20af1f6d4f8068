import { describe, expect } from 'vitest'
import type { Kubectl } from '../support/kubectl.js'
import { test as base } from '../support/kubectl-test.js'
import { startServer } from '../support/server.js'

/** With a healthy cluster's statuses, so that what waits for one goes on. */
const it = base.extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
  const server = await startServer({ args: [`--token-auth-file=${tokenFile}`, '--simulate-workloads'] })
  onCleanup(async () => {
    await server.stop()
  })
  return server
})

/** A command, and all it prints (with ages as AGE and addresses as IP), or what is in it. */
type Row = readonly [args: string, printed: string | RegExp | readonly (string | RegExp)[]]

const plain = (text: string) =>
  text
    .replace(/\b\d+(\.\d+)?m?s\b/g, 'AGE')
    .replace(/\b10\.0\.\d+\.\d+\b/g, 'IP')
    .replace(/ {2,}/g, '  ')
    .replace(/ +$/gm, '')

async function check(kubectl: Kubectl, namespace: string, [args, printed]: Row): Promise<void> {
  const { stdout, stderr } = await kubectl.run(`-n ${namespace} ${args}`)
  const text = plain(stdout + stderr)
  if (typeof printed === 'string') expect([args, text.trim()]).toEqual([args, printed])
  else for (const part of [printed].flat()) expect(text, args).toMatch(part)
}

/** One after the other. */
async function run(kubectl: Kubectl, namespace: string, rows: readonly Row[]): Promise<void> {
  for (const row of rows) await check(kubectl, namespace, row)
}

const rbac = 'rbac.authorization.k8s.io'
const created: readonly Row[] = [
  ['create role reader --verb=get,list --resource=pods,deployments.apps', `role.${rbac}/reader created`],
  ['create rolebinding reads --role=reader --user=ann', `rolebinding.${rbac}/reads created`],
  ['create clusterrole watcher --verb=watch --resource=nodes', `clusterrole.${rbac}/watcher created`],
  ['create clusterrolebinding watches --clusterrole=watcher --group=ops', `clusterrolebinding.${rbac}/watches created`],
  ['create sa robot', 'serviceaccount/robot created'],
  ['create token default', /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/],
  ['create quota q --hard=pods=2,services=9,requests.cpu=1', 'resourcequota/q created'],
  ['create pdb p --selector=app=web --min-available=1', 'poddisruptionbudget.policy/p created'],
  ['create priorityclass high --value=100 --description=most', 'priorityclass.scheduling.k8s.io/high created'],
  ['create ingress i --rule=a.example/x=web:80', 'ingress.networking.k8s.io/i created'],
  ['create job j --image=busybox -- true', 'job.batch/j created'],
  ['create cronjob c --image=busybox --schedule=@hourly -- true', 'cronjob.batch/c created'],
  ['create service nodeport n --tcp=80:8080', 'service/n created'],
  ['create deployment web --image=nginx:1 --replicas=2 --port=80', 'deployment.apps/web created'],
]

const changed: readonly Row[] = [
  ['expose deployment web --port=80 --target-port=8080', 'service/web exposed'],
  ['autoscale deployment web --min=1 --max=3 --cpu-percent=50', /horizontalpodautoscaler.autoscaling\/web autoscaled/],
  ['rollout status deployment/web --timeout=60s', /successfully rolled out/],
  ['set image deployment/web nginx=nginx:2', 'deployment.apps/web image updated'],
  ['set resources deployment/web --limits=cpu=200m', 'deployment.apps/web resource requirements updated'],
  ['set env deployment/web A=1', 'deployment.apps/web env updated'],
  ['rollout status deployment/web --timeout=60s', /successfully rolled out/],
  ['rollout undo deployment/web', 'deployment.apps/web rolled back'],
  ['rollout restart deployment/web', 'deployment.apps/web restarted'],
  ['scale deployment web --replicas=5', 'deployment.apps/web scaled'],
  ['rollout status deployment/web --timeout=60s', /successfully rolled out/],
  ['rollout history deployment/web', /^deployment.apps\/web\nREVISION {2}CHANGE-CAUSE\n(\d {2}<none>\n){2,}/],
  ['wait --for=condition=Complete job/j --timeout=60s', 'job.batch/j condition met'],
  ['label deployment web x=y', 'deployment.apps/web labeled'],
  ['annotate deployment web note=n', 'deployment.apps/web annotated'],
]

const shown: readonly Row[] = [
  [
    'get all',
    [
      /service\/web {2}ClusterIP {2}IP {2}<none> {2}80\/TCP {2}AGE/,
      /service\/n {2}NodePort {2}IP {2}<none> {2}80:3\d{4}\/TCP {2}AGE/,
      /deployment.apps\/web {2}5\/5 {2}5 {2}5 {2}AGE/,
      /replicaset.apps\/web-\w+ {2}5 {2}5 {2}5 {2}AGE/,
      /horizontalpodautoscaler.autoscaling\/web {2}Deployment\/web {2}cpu: <unknown>\/50% {2}1 {2}3 {2}0 {2}AGE/,
      /cronjob.batch\/c {2}@hourly {2}<none> {2}False {2}0 {2}<none> {2}AGE/,
      /job.batch\/j {2}Complete {2}1\/1 {2}AGE {2}AGE/,
    ],
  ],
  [
    'get quota,pdb,ing,role,rolebinding,sa',
    [
      /resourcequota\/q {2}pods: 0\/2, requests.cpu: 0\/1, services: 3\/9 {2}AGE/,
      /poddisruptionbudget.policy\/p {2}1 {2}N\/A {2}0 {2}AGE/,
      /ingress.networking.k8s.io\/i {2}<none> {2}a.example {2}80 {2}AGE/,
      /role.rbac.authorization.k8s.io\/reader {2}20\d\d-/,
      /rolebinding.rbac.authorization.k8s.io\/reads {2}Role\/reader {2}AGE/,
      /serviceaccount\/robot {2}AGE/,
    ],
  ],
  ['describe quota q', [/Resource {2}Used {2}Hard\n/, /pods {2}0 {2}2\nrequests.cpu {2}0 {2}1\nservices {2}3 {2}9$/m]],
  [
    'describe deployment,svc,ing,job,cj,hpa,pdb,role,sa',
    [
      /Replicas: {2}5 desired \| 5 updated \| 5 total \| 5 available \| 0 unavailable/,
      /NewReplicaSet: {2}web-\w+ \(5\/5 replicas created\)/,
      /TargetPort: {2}8080\/TCP/,
      /a.example\n\s+\/x {2}web:80/,
      /Pods Statuses: {2}0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed/,
      /Schedule: {2}@hourly/,
      /Reference: {2}Deployment\/web/,
      /Min available: {2}1\n/,
      /deployments.apps {2}\[\] {2}\[\] {2}\[get list\]/,
      /Name: {2}robot\n/,
    ],
  ],
  ['get events --field-selector=type=Warning', 'No resources found in default namespace.'],
  ['top nodes', 'error: Metrics API not available'],
  [
    'run big --image=nginx',
    'Error from server (Forbidden): pods "big" is forbidden: failed quota: q: must specify requests.cpu for: big',
  ],
  ['logs nope', /pods "nope" not found/],
]

const explained = {
  pods: 'Pod is a collection of containers',
  'deployments.spec.replicas': 'Number of desired pods',
  services: 'Service is a named abstraction',
  configmaps: 'ConfigMap holds configuration data',
  'jobs.spec.backoffLimit': 'number of retries before marking this job failed',
  ingresses: 'Ingress is a collection of rules',
  'resourcequotas.spec.hard': 'desired hard limits for each named resource',
  'roles.rules': 'PolicyRules for this Role',
  'persistentvolumeclaims.spec.accessModes': 'desired access modes',
  flowschemas: 'FlowSchema defines the schema of a group of flows',
}

describe('kubectl', () => {
  it('creates, exposes, scales and rolls out; shows and describes', async ({ kubectl }) => {
    await Promise.all(created.map((row) => check(kubectl, 'default', row)))
    await run(kubectl, 'default', changed)
    await Promise.all(shown.map((row) => check(kubectl, 'default', row)))
  })

  it('taints, cordons and drains the node', async ({ kubectl }) => {
    await run(kubectl, 'default', [
      ['taint node wukong a=b:NoSchedule', 'node/wukong tainted'],
      ['cordon wukong', 'node/wukong cordoned'],
      ['get nodes', /wukong {2}Ready,SchedulingDisabled {2}<none> {2}AGE/],
      ['uncordon wukong', 'node/wukong uncordoned'],
      ['drain wukong --ignore-daemonsets', 'node/wukong cordoned\nnode/wukong drained'],
      ['describe node wukong', [/Taints: {2}a=b:NoSchedule/, /Unschedulable: {2}true/, /Ready {2}True/]],
    ])
  })

  it('explains ten types', async ({ kubectl }) => {
    const rows = Object.entries(explained).map(([name, text]): Row => [`explain ${name}`, new RegExp(text)])
    await run(kubectl, 'default', rows.slice(0, 1))
    await Promise.all(rows.slice(1).map((row) => check(kubectl, 'default', row)))
  })
})
