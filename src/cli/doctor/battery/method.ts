/** The method: a right to read is none to change. */

import { type BatteryCase, casesOf, SPOOF } from '../battery-case.ts'
import { addFields } from '../edit-attempt.ts'

const { refused, either, passes } = casesOf('method')

const COVERED = 'RFC 9421 section 2.2.1: the method is covered'
const CASE = 'RFC 9110 section 9.1: methods are case-sensitive'

export const METHOD: readonly BatteryCase[] = [
  refused('HEAD in place of GET', 'mac', COVERED, (desk) => ({ ...desk.sign(), method: 'HEAD' })),
  refused('GET in place of HEAD', 'mac', COVERED, (desk) => ({
    ...desk.sign({ method: 'HEAD' }),
    method: 'GET',
  })),
  refused('OPTIONS in place of GET', 'mac', COVERED, (desk) => ({ ...desk.sign(), method: 'OPTIONS' })),
  refused('TRACE in place of GET', 'mac', COVERED, (desk) => ({ ...desk.sign(), method: 'TRACE' })),
  refused('POST in place of GET', 'mac', COVERED, (desk) => ({ ...desk.sign(), method: 'POST' })),
  refused('DELETE in place of GET', 'mac', COVERED, (desk) => ({ ...desk.sign(), method: 'DELETE' })),
  refused('GET in lower case', 'mac', CASE, (desk) => ({ ...desk.sign(), method: 'get' })),
  refused('GET in mixed case', 'mac', CASE, (desk) => ({ ...desk.sign(), method: 'gET' })),
  refused('GET with a letter more', 'mac', COVERED, (desk) => ({ ...desk.sign(), method: 'GETX' })),
  refused('CONNECT', undefined, 'RFC 9110 section 9.3.6: would open a tunnel', (desk) => ({
    ...desk.sign(),
    method: 'CONNECT',
    target: desk.authority,
  })),
  refused('no method', undefined, 'RFC 9112 section 3', (desk) => ({ ...desk.sign(), method: '' })),
  refused('a method that is no token', undefined, 'RFC 9110 section 9.1', (desk) => ({
    ...desk.sign(),
    method: 'GE(T',
  })),
  ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'X_HTTP_Method_Override'].map((name) =>
    either(`the override ${name}`, undefined, 'frameworks take it for the method', (desk) =>
      addFields(desk.sign(), name, SPOOF),
    ),
  ),
  ...['PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) =>
    passes(`${method} signed as such`, 'RFC 9110 section 9', (desk) => desk.sign({ method })),
  ),
]
