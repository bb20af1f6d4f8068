/** How much the tests in this folder do: a little with `npm test`, enough to trust it with `npm run test:crash`. */
export const crashSize =
  process.env.CRASH_TESTS === 'full'
    ? {
        ...{ etcdKills: 8, etcdOperations: 4_000, etcdWrites: 6_000, replicaRequests: 20_000 },
        kills: 200,
        powerCuts: 1_000,
        casOperations: 6_000,
        casKills: 12,
        writes: 20_000,
        watchers: 50,
        watchKills: 10,
      }
    : {
        ...{ etcdKills: 1, etcdOperations: 240, etcdWrites: 400, replicaRequests: 600 },
        kills: 20,
        powerCuts: 24,
        casOperations: 600,
        casKills: 2,
        writes: 1_500,
        watchers: 16,
        watchKills: 2,
      }

/** Of stores whose journal is to be short: a checkpoint removes what lies before so many changes. */
export const historyLimit = 50
