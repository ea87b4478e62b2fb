/**
 * Derived components of a request (RFC 9421 section 2.2), each taken from the message as it was on the wire.
 * @module
 */
import type { Component } from './component.ts'
import type { ComponentFailure } from './failure.ts'
import type { FieldIndex } from './field-value.ts'
import type { RequestMessage } from './message.ts'
import { parseQueryParameters, type QueryParameters } from './query-parameters.ts'
import { checkTarget, findAuthority, parseTarget } from './request-target.ts'

/** A value, or why there is none. */
export type ComponentValue = { readonly value: string } | { readonly failure: ComponentFailure }

/** Gives the derived components of one request; what they share is read once. */
export type RequestReader = (component: Component) => ComponentValue

/** A token (RFC 9110 section 9.1); no registered method is longer than 17 characters. */
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/

const MISSING: ComponentValue = { failure: 'component-missing' }
const WRONG: ComponentValue = { failure: 'component-value' }

function toValue(value: string | undefined): ComponentValue {
  return value === undefined ? WRONG : { value }
}

export function createRequestReader(request: RequestMessage, fields: FieldIndex): RequestReader {
  const target = parseTarget(request)
  const authority = target && findAuthority(request, target, fields.get('host') ?? [])
  let parameters: QueryParameters | undefined
  const readTargetUri = (): ComponentValue => {
    // CONNECT has no target URI that a signer and a verifier would write alike.
    if (request.method === 'CONNECT' || !target || authority === undefined) return WRONG
    const { path = '', query = '?' } = target
    return { value: `${request.scheme}://${authority}${path}${query === '?' ? bareQuery(request) : query}` }
  }
  const readParameter = (name: string): ComponentValue => {
    if (target?.query === undefined) return WRONG
    parameters ??= parseQueryParameters(target.query)
    return parameters.has(name) ? toValue(parameters.get(name)) : MISSING
  }
  return (component) => {
    switch (component.name) {
      case '@method':
        return toValue(METHOD.test(request.method) ? request.method : undefined)
      case '@target-uri':
        return readTargetUri()
      case '@authority':
        return toValue(authority)
      case '@scheme':
        return { value: request.scheme }
      case '@request-target':
        return toValue(checkTarget(request.target))
      case '@path':
        return toValue(target?.path)
      case '@query':
        return toValue(target?.query)
      case '@query-param':
        return readParameter(component.queryName ?? '')
      default:
        return { failure: 'component-misplaced' }
    }
  }
}

/** A `?` without anything behind is part of the URI, and none is none: `@query` cannot tell, the URI can. */
function bareQuery({ target }: RequestMessage): string {
  return target.endsWith('?') ? '?' : ''
}
