/** `node --import wukong-apiserver/typescript …`: runs modules, such as tests of an API group, in TypeScript. */
import { loadTypeScript } from './typescript.js'

loadTypeScript()
