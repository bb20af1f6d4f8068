/** The version whose API is spoken. */
const kubernetesVersion = 'v1.36.3'

/**
 * `/version` (API-SEMANTICS D30). The Kubernetes version whose API is spoken comes first: clients choose features, and
 * charts refuse to install, by it.
 */
export function versionDocument(own: string): Record<string, string> {
  return {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion: `${kubernetesVersion}+wukong.${own}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'none',
    compiler: `node-${process.version}`,
    platform: `${process.platform}/${process.arch}`,
  }
}
