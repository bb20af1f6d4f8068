/** The group of APIServices itself: it has none, is always served here, and comes first. */
export const ownGroup = 'apiregistration.k8s.io'
