/** Its part of the package alone takes half the time and memory to load, and is all that is used. */
declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici'
  export default Agent
}
