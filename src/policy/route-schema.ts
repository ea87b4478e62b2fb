/**
 * `routes/*.yaml`: the shape of what operators write.
 * @module
 */
import { z } from 'zod'
import { RELAXATIONS, type Relaxation } from '../http/anomaly-rules.ts'
import {
  contentTypeField,
  descriptionField,
  hostField,
  idField,
  listOf,
  MAX_ITEMS,
  millisecondsField,
  pathField,
  readWith,
  sizeField,
  strict,
} from './fields.ts'
import { type HeaderEditsInput, headerEditsField } from './header-edits.ts'
import { checkLocation, checkOrigin } from './urls.ts'

const GIB = 1024 ** 3
const MIB = 1024 ** 2
const TEN_MINUTES = 600_000

export interface ForwardInput {
  origin: string
  replace_prefix?: string | undefined
  timeout: number
}

export interface RedirectInput {
  status: 301 | 302 | 303 | 307 | 308
  location: string
  preserve_path: boolean
  preserve_query: boolean
}

export interface RespondInput {
  status: number
  content_type: string
  body: string
}

export interface RouteInput {
  id: string
  description: string
  hosts: string[]
  path?: string | undefined
  exact?: string | undefined
  forward?: ForwardInput | undefined
  redirect?: RedirectInput | undefined
  respond?: RespondInput | undefined
  relax: Relaxation[]
  max_body: number
  /** Left out: 64 KiB, or the whole body where `max_body` is less. */
  digest_body?: number | undefined
  sign_body: 'small' | 'all'
  request_headers: HeaderEditsInput
  response_headers: HeaderEditsInput
}

export interface RoutesInput {
  routes: RouteInput[]
}

const forwardField = strict({
  origin: readWith(z.string(), checkOrigin),
  replace_prefix: pathField.optional(),
  timeout: millisecondsField(0, TEN_MINUTES).default(30_000),
})

const redirectField = strict({
  status: z.literal([301, 302, 303, 307, 308]).default(308),
  location: readWith(z.string(), checkLocation),
  preserve_path: z.boolean().default(false),
  preserve_query: z.boolean().default(false),
})

const respondField = strict({
  status: z.int().min(200).max(599),
  content_type: contentTypeField.default('text/plain; charset=utf-8'),
  body: z.string().max(65_536).default(''),
})

export const routesSchema: z.ZodType<RoutesInput> = strict({
  routes: listOf(
    strict({
      id: idField,
      description: descriptionField.default(''),
      hosts: z.array(hostField).min(1).max(MAX_ITEMS),
      path: pathField.optional(),
      exact: pathField.optional(),
      forward: forwardField.optional(),
      redirect: redirectField.optional(),
      respond: respondField.optional(),
      relax: listOf(z.enum(RELAXATIONS)).prefault([]),
      max_body: sizeField(0, 5 * GIB).default(100 * MIB),
      digest_body: sizeField(0, MIB).optional(),
      sign_body: z.enum(['small', 'all']).default('small'),
      request_headers: headerEditsField,
      response_headers: headerEditsField,
    }),
  ).prefault([]),
})
