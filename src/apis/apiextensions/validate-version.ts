import { type FieldError, fieldError } from '../../meta/field-error.js'
import type {
  CustomResourceColumn,
  CustomResourceSubresources,
  CustomResourceVersion,
} from './custom-resource-definition.js'

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

export function checkDeprecation(version: CustomResourceVersion, path: string): FieldError[] {
  const { deprecated = false, deprecationWarning: warning } = version
  if (warning === undefined) return []
  const invalid = (why: string) => fieldError.invalid(`${path}.deprecationWarning`, warning, why)
  if (!deprecated) return [invalid('can only be set for deprecated versions')]
  const unprintable = /(?! )[\p{C}\p{Z}]/u.exec(warning)
  return [
    ...(Buffer.byteLength(warning) > 256 ? [invalid('must be <= 256 characters long')] : []),
    ...(warning === '' ? [invalid('must not be an empty string')] : []),
    ...(unprintable
      ? [
          invalid(
            'must only contain printable UTF-8 characters; non-printable character found at index ' +
              Buffer.byteLength(warning.slice(0, unprintable.index)),
          ),
        ]
      : []),
  ]
}

export function checkColumn(column: CustomResourceColumn, path: string): FieldError[] {
  const { name, type, format = '', jsonPath } = column
  const oneOf = (values: readonly string[]) => `must be one of ${values.join(',')}`
  const found: FieldError[] = []
  if (name === '') found.push(fieldError.required(`${path}.name`))
  if (type === '') found.push(fieldError.required(`${path}.type`, oneOf(columnTypes)))
  else if (!columnTypes.includes(type)) found.push(fieldError.invalid(`${path}.type`, type, oneOf(columnTypes)))
  if (format !== '' && !columnFormats.includes(format)) {
    found.push(fieldError.invalid(`${path}.format`, format, oneOf(columnFormats)))
  }
  return [...found, ...checkSimplePath(jsonPath, `${path}.JSONPath`)]
}

export function checkSubresources(subresources: CustomResourceSubresources | undefined, path: string): FieldError[] {
  const scale = subresources?.scale
  if (!scale) return []
  const { specReplicasPath, statusReplicasPath, labelSelectorPath = '' } = scale
  const at = `${path}.scale`
  return [
    ...checkPathBelow(specReplicasPath, `${at}.specReplicasPath`, ['.spec.'], 'under .spec'),
    ...checkPathBelow(statusReplicasPath, `${at}.statusReplicasPath`, ['.status.'], 'under .status'),
    ...(labelSelectorPath === ''
      ? []
      : checkPathBelow(
          labelSelectorPath,
          `${at}.labelSelectorPath`,
          ['.spec.', '.status.'],
          'under either .spec or .status',
        )),
  ]
}

function checkPathBelow(value: string, path: string, heads: readonly string[], where: string): FieldError[] {
  const found = checkSimplePath(value, path)
  if (found.length > 0 || heads.some((head) => value.startsWith(head))) return found
  return [fieldError.invalid(path, value, `should be a json path ${where}`)]
}

function checkSimplePath(value: string, path: string): FieldError[] {
  if (value === '') return [fieldError.required(path)]
  return value.startsWith('.') ? [] : [fieldError.invalid(path, value, 'must be a simple json path starting with .')]
}
