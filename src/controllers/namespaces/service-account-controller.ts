import { objectInEach } from './object-in-each.js'

/** The account that pods and charts take when none is named. */
export const serviceAccountController = objectInEach({
  controller: 'serviceaccount-controller',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  name: 'default',
})
