import { it } from 'vitest'
import { crashSize } from './crash-size.js'
import { RestartingServer } from './restarting-server.js'
import { watchedWrites } from './watched-writes.js'

const { writes, watchers, watchKills } = crashSize
const timeout = 60_000 + writes * 150

const title = `${watchers} watchers are told each of ${writes} changes once and in order, killed ${watchKills} times`

it(title, { timeout }, async () => {
  const server = await RestartingServer.start()
  await watchedWrites(server.target, {
    ...{ writes, watchers, times: watchKills, resumes: true },
    disturb: (work, done) => server.killDuring(work, watchKills, done),
  })
  await server.stop()
})
