/** Loaded into a server before anything else: its clock is off by CLOCK_OFFSET milliseconds. */
const offset = Number(process.env.CLOCK_OFFSET)
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + offset] : args))
  }
  static now() {
    return RealDate.now() + offset
  }
}
