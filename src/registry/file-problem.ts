export type { FileProblem } from '../store/file-change.js'
