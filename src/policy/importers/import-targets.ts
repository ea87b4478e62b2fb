/**
 * Which file and list the rules of each of Cloudflare's phases go to.
 * @module
 */
import { LIMIT_FILTER_PHASE } from '../../http/rule-fields/response-phase.ts'
import type { ExpressionPhase } from '../expressions.ts'
import { LIMITS_FILE } from '../limits-schema.ts'
import { CUSTOM_FILE, REDIRECTS_FILE, TRANSFORMS_FILE } from '../rules.ts'
import type { CloudflareRule } from './cloudflare-schema.ts'
import type { ImportContext } from './import-context.ts'
import { type ImportedAction, importCustomAction } from './import-custom.ts'
import { importLimitAction } from './import-limit.ts'
import { importRedirectAction } from './import-redirect.ts'
import { importTransformAction } from './import-transform.ts'

export interface ImportTarget {
  readonly file: string
  /** Of the list in the file. */
  readonly key: string
  /** What expressions may use. */
  readonly phase: ExpressionPhase
  importAction(context: ImportContext, rule: CloudflareRule): ImportedAction
}

export const IMPORT_TARGETS: ReadonlyMap<string, ImportTarget> = new Map<string, ImportTarget>([
  [
    'http_request_dynamic_redirect',
    {
      file: REDIRECTS_FILE,
      key: 'redirects',
      phase: 'http_request_dynamic_redirect',
      importAction: importRedirectAction,
    },
  ],
  [
    'http_request_firewall_custom',
    {
      file: CUSTOM_FILE,
      key: 'rules',
      phase: 'http_request_firewall_custom',
      importAction: importCustomAction,
    },
  ],
  [
    'http_ratelimit',
    {
      file: LIMITS_FILE,
      key: 'limits',
      phase: LIMIT_FILTER_PHASE,
      importAction: importLimitAction,
    },
  ],
  [
    'http_request_late_transform',
    {
      file: TRANSFORMS_FILE,
      key: 'request_headers',
      phase: 'http_request_late_transform',
      importAction: (context, rule) => importTransformAction(context, rule, 'request_headers'),
    },
  ],
  [
    'http_response_headers_transform',
    {
      file: TRANSFORMS_FILE,
      key: 'response_headers',
      phase: 'http_response_headers_transform',
      importAction: (context, rule) => importTransformAction(context, rule, 'response_headers'),
    },
  ],
])
