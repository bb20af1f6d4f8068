import { defineGroup } from '../../src/sdk/index.js'
import { foos } from './foos.js'

/** An API group with one kind in two versions: `wukong-apiserver --apis=examples/hello`. */
export default defineGroup({ group: 'hello.zeng.dev', resources: [foos] })
