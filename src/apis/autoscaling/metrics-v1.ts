import { isJsonObject, type JsonObject } from '../../meta/object.js'

/**
 * Metrics as autoscaling/v1 writes them into its annotations, from and to those of v2. They differ in names only: v1
 * has `targetAverageUtilization` where v2 has `target.averageUtilization`.
 */

interface Kind {
  /** What v2 calls the amounts: what is aimed at, and what was measured. */
  spec(source: JsonObject, amounts: JsonObject): JsonObject
  status(source: JsonObject, amounts: JsonObject): JsonObject
  specBack(source: JsonObject): JsonObject
  statusBack(source: JsonObject): JsonObject
}

const zero = '0'

const resource: Kind = {
  spec: ({ name, container }, { averageUtilization, averageValue }) => ({
    name,
    targetAverageUtilization: averageUtilization,
    targetAverageValue: averageValue,
    container,
  }),
  status: ({ name, container }, { averageUtilization, averageValue = zero }) => ({
    name,
    currentAverageUtilization: averageUtilization,
    currentAverageValue: averageValue,
    container,
  }),
  specBack: ({ name, container, targetAverageUtilization: utilization, targetAverageValue }) => ({
    name,
    target: {
      type: utilization === undefined ? 'AverageValue' : 'Utilization',
      averageValue: targetAverageValue,
      averageUtilization: utilization,
    },
    container,
  }),
  statusBack: ({ name, container, currentAverageUtilization, currentAverageValue = zero }) => ({
    name,
    current: { averageValue: currentAverageValue, averageUtilization: currentAverageUtilization },
    container,
  }),
}

const kinds: Readonly<Record<string, Kind>> = {
  object: {
    spec: ({ describedObject, metric }, { value = zero, averageValue }) => ({
      target: describedObject,
      ...named(metric),
      targetValue: value,
      ...selector(metric, 'selector'),
      averageValue,
    }),
    status: ({ describedObject, metric }, { value = zero, averageValue }) => ({
      target: describedObject,
      ...named(metric),
      currentValue: value,
      ...selector(metric, 'selector'),
      averageValue,
    }),
    specBack: ({ target, metricName, selector: labels, targetValue = zero, averageValue }) => ({
      describedObject: target,
      // v1 can't leave its value out: 0 is none where there is an average.
      target:
        averageValue === undefined
          ? { type: 'Value', value: targetValue }
          : { type: 'AverageValue', value: targetValue === zero ? undefined : targetValue, averageValue },
      metric: { name: metricName, selector: labels },
    }),
    statusBack: ({ target, metricName, selector: labels, currentValue = zero, averageValue }) => ({
      metric: { name: metricName, selector: labels },
      current: { value: currentValue, averageValue },
      describedObject: target,
    }),
  },
  pods: {
    spec: ({ metric }, { averageValue = zero }) => ({
      ...named(metric),
      targetAverageValue: averageValue,
      ...selector(metric, 'selector'),
    }),
    status: ({ metric }, { averageValue = zero }) => ({
      ...named(metric),
      currentAverageValue: averageValue,
      ...selector(metric, 'selector'),
    }),
    specBack: ({ metricName, selector: labels, targetAverageValue = zero }) => ({
      metric: { name: metricName, selector: labels },
      target: { type: 'AverageValue', averageValue: targetAverageValue },
    }),
    statusBack: ({ metricName, selector: labels, currentAverageValue = zero }) => ({
      metric: { name: metricName, selector: labels },
      current: { averageValue: currentAverageValue },
    }),
  },
  resource,
  containerResource: resource,
  external: {
    spec: ({ metric }, { value, averageValue }) => ({
      ...named(metric),
      ...selector(metric, 'metricSelector'),
      targetValue: value,
      targetAverageValue: averageValue,
    }),
    status: ({ metric }, { value = zero, averageValue }) => ({
      ...named(metric),
      ...selector(metric, 'metricSelector'),
      currentValue: value,
      currentAverageValue: averageValue,
    }),
    specBack: ({ metricName, metricSelector, targetValue: value, targetAverageValue: averageValue }) => ({
      metric: { name: metricName, selector: metricSelector },
      target: { type: value === undefined ? 'AverageValue' : 'Value', value, averageValue },
    }),
    statusBack: ({ metricName, metricSelector, currentValue = zero, currentAverageValue }) => ({
      metric: { name: metricName, selector: metricSelector },
      current: { value: currentValue, averageValue: currentAverageValue },
    }),
  },
}

/** A metric of a spec of v2, as v1 writes it. */
export function metricSpecToV1(metric: JsonObject): JsonObject {
  return mapSources(metric, (kind, source) => kind.spec(source, objectIn(source.target)))
}

export function metricStatusToV1(metric: JsonObject): JsonObject {
  return mapSources(metric, (kind, source) => kind.status(source, objectIn(source.current)))
}

export function metricSpecFromV1(metric: JsonObject): JsonObject {
  return mapSources(metric, (kind, source) => kind.specBack(source))
}

export function metricStatusFromV1(metric: JsonObject): JsonObject {
  return mapSources(metric, (kind, source) => kind.statusBack(source))
}

function mapSources(metric: JsonObject, map: (kind: Kind, source: JsonObject) => JsonObject): JsonObject {
  const mapped: JsonObject = { type: metric.type ?? '' }
  for (const [name, kind] of Object.entries(kinds)) {
    const source = metric[name]
    if (isJsonObject(source)) mapped[name] = withoutUndefined(map(kind, source))
  }
  return mapped
}

function withoutUndefined(object: JsonObject): JsonObject {
  const present = Object.entries(object).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present.map(([key, value]) => [key, isJsonObject(value) ? withoutUndefined(value) : value]))
}

function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

function named(metric: unknown): JsonObject {
  return { metricName: objectIn(metric).name ?? '' }
}

function selector(metric: unknown, as: string): JsonObject {
  return { [as]: objectIn(metric).selector }
}
