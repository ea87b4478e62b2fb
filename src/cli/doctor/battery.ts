/**
 * The battery: every case there is, by group. One list for the doctor, for each middleware and for each load
 * balancer.
 * @module
 */
import { BODY } from './battery/body.ts'
import { COMPONENTS } from './battery/components.ts'
import { CONNECTION } from './battery/connection.ts'
import { COVERED_FIELDS } from './battery/covered-fields.ts'
import { DEPUTY } from './battery/deputy.ts'
import { FRAMING } from './battery/framing.ts'
import { HARMLESS } from './battery/harmless.ts'
import { HEALTH } from './battery/health.ts'
import { HOST } from './battery/host.ts'
import { INJECTION } from './battery/injection.ts'
import { KEYS } from './battery/keys.ts'
import { METHOD } from './battery/method.ts'
import { PARAMETERS } from './battery/parameters.ts'
import { REPLAYS } from './battery/replays.ts'
import { SIGNATURE_FORM } from './battery/signature-form.ts'
import { SYNTAX } from './battery/syntax.ts'
import { TARGET } from './battery/target.ts'
import { TIMES } from './battery/times.ts'
import { TWINS } from './battery/twins.ts'
import { UNSIGNED } from './battery/unsigned.ts'
import { UPGRADES } from './battery/upgrades.ts'
import type { BatteryCase } from './battery-case.ts'

export const BATTERY: readonly BatteryCase[] = [
  ...HARMLESS,
  ...UNSIGNED,
  ...TARGET,
  ...METHOD,
  ...HOST,
  ...COVERED_FIELDS,
  ...TWINS,
  ...SIGNATURE_FORM,
  ...COMPONENTS,
  ...PARAMETERS,
  ...TIMES,
  ...KEYS,
  ...REPLAYS,
  ...FRAMING,
  ...CONNECTION,
  ...INJECTION,
  ...DEPUTY,
  ...BODY,
  ...HEALTH,
  ...SYNTAX,
  ...UPGRADES,
]
