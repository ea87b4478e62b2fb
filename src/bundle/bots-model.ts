/**
 * The part of the policy that says who automated clients are and what they get: `rules/bots.yaml`.
 * @module
 */
import type { Mode } from '../http/decision.ts'
import type { PathPattern } from '../http/scope.ts'

/**
 * What an automated client is for. The `ai-` classes are purposes of AI companies: collecting what models are
 * trained on, indexing for answers, fetching because a user asked, acting for a user, selling on, not said.
 */
export type AgentClass =
  | 'ai-train'
  | 'ai-search'
  | 'ai-assistant'
  | 'ai-agent'
  | 'ai-data-broker'
  | 'ai-undocumented'
  | 'search-engine'
  | 'social-preview'
  | 'feed-reader'
  | 'monitoring'
  | 'advertising'
  | 'seo'
  | 'archiver'
  | 'academic'
  | 'scanner'
  | 'http-library'
  | 'browser-automation'
  | 'other'

/** How an agent can be told from one that only uses its name. All lists may be empty. */
export interface AgentProof {
  /** Hosts that sign its requests (Web Bot Auth), as `https://agent.example`. */
  readonly signature: readonly string[]
  /** Ids of range sources that hold its addresses. */
  readonly ranges: readonly string[]
  /** Suffixes of the names of its addresses, with the leading dot: `.googlebot.com`. */
  readonly dns: readonly string[]
}

/** One automated client that is known by name. */
export interface AgentModel {
  /** Unique, as its operator writes it: `GPTBot`. Letters, digits, space and `-_./!+'()&:` only, 1 to 64. */
  readonly name: string
  readonly class: AgentClass
  readonly operator?: string
  /** Its product token in robots.txt (RFC 9309 section 2.2.1), when it has one. */
  readonly robots?: string
  readonly proof: AgentProof
}

/** A list of address ranges that an operator of agents publishes. */
export interface RangeSourceModel {
  /** `googlebot`; lower-case letters, digits and `-`. */
  readonly id: string
  /** Where the list is fetched from: https. */
  readonly url: string
  /** `json`: Google's form, an object with `prefixes`; `text`: one prefix per line; `csv`: the first column (RFC 8805). */
  readonly format: 'json' | 'text' | 'csv'
  /** The snapshot in this policy; absent: known once the list has been fetched. */
  readonly snapshot?: {
    /** Name of the bundle part with the set, whose only value is 1. */
    readonly part: string
    readonly count: number
    /** Seconds since the epoch when it was fetched. */
    readonly fetched: number
  }
}

/** Levels of the challenge ladder, each of which satisfies those before it. */
export type ChallengeStep = 'none' | 'wait' | 'proof-of-work' | 'interactive' | 'deny'

/** What an agent of a class gets. */
export type CrawlerAction = 'allow' | 'verify' | 'challenge' | 'rate' | 'price' | 'deny' | 'labyrinth'

export interface CrawlerTerms {
  readonly action: CrawlerAction
  /** With `rate`: requests per network or verified agent in so many seconds. */
  readonly rate?: { readonly requests: number; readonly period: number }
  /** With `price`: per request, as `USD 0.01`. */
  readonly price?: string
}

/** Terms for the paths of one class or agent; the longest path that matches holds (RFC 9309 section 2.2.2). */
export interface CrawlerPolicy extends CrawlerTerms {
  readonly paths: readonly (CrawlerTerms & { readonly path: PathPattern })[]
}

export interface BandModel {
  readonly name: string
  /** The least score of the band; bands are in ascending order, the first begins at 0. */
  readonly from: number
  readonly step: ChallengeStep
}

export interface BotsModel {
  readonly mode: Mode
  /** Name of the bundle part with the automaton and the agents; empty when nothing is to be recognised. */
  readonly agents: string
  readonly ranges: readonly RangeSourceModel[]
  readonly verification: {
    readonly web_bot_auth: {
      readonly mode: Mode
      /** Hosts whose directories of keys are fetched and believed, as `https://agent.example`. Nobody else's are. */
      readonly hosts: readonly string[]
      /** Seconds since `created` after which a signature is not taken, and the clock skew that is forgiven. */
      readonly max_age: number
      readonly skew: number
    }
    /** Whether what Cloudflare says of verified bots is believed, where the plan has it. */
    readonly platform: boolean
    /** Seconds after which a list of ranges proves nothing against an address that is not on it. */
    readonly ranges_max_age: number
    readonly dns: {
      readonly mode: Mode
      /** A DNS-over-HTTPS resolver with the JSON form (application/dns-json). */
      readonly resolver: string
    }
    /** What befalls who claims a name and is not: at most this step of the ladder. */
    readonly spoofed: ChallengeStep
    /** What befalls who claims a name while the answer is not there yet. */
    readonly pending: ChallengeStep
  }
  /** Weight of each signal by id, 0 to 100; 0 is not evaluated. All ids of the stage are there. */
  readonly signals: Readonly<Record<string, number>>
  readonly bands: readonly BandModel[]
  /** Autonomous systems of hosting companies, and of relays that people are behind, ascending. */
  readonly asns: { readonly hosting: readonly number[]; readonly relay: readonly number[] }
  /** Hashes of TLS handshakes that are known to be programs': JA3, JA4 or `tlsClientCiphersSha1`, lower case. */
  readonly tls: readonly string[]
  readonly challenge: ChallengeModel
  readonly crawlers: {
    readonly classes: Readonly<Record<AgentClass, CrawlerPolicy>>
    /** By the agent's name; these come before its class. */
    readonly agents: Readonly<Record<string, CrawlerPolicy>>
    /** `merge`: our groups before the origin's; `replace`: ours alone; `off`: the origin's file as it is. */
    readonly robots: 'merge' | 'replace' | 'off'
    /** Robots tokens without an agent of their own (`Google-Extended`), and whether they are disallowed. */
    readonly tokens: Readonly<Record<string, 'allow' | 'deny'>>
    /** Content signals of robots.txt: what may be done with what is fetched. Absent: nothing is said. */
    readonly signals?: Readonly<Partial<Record<'search' | 'ai-input' | 'ai-train', 'yes' | 'no'>>>
  }
  readonly labyrinth: {
    readonly mode: Mode
    /** Path prefix of the maze, with a slash at both ends. */
    readonly path: string
    /** Adds a link that no person sees to pages for clients that are neither verified nor cleared. */
    readonly link: boolean
    /** Visits of a network in an hour after which it is a sign, and what it then weighs. */
    readonly threshold: number
  }
}

export interface ChallengeModel {
  /** Status of the page and of the problem document; 200 misleads monitors and caches. */
  readonly status: 200 | 403 | 429 | 503
  /** Seconds of the wait without JavaScript. */
  readonly wait: number
  /** Bits of each of the 16 puzzles, for a score at the lowest band that asks and at 100; phones get 2 fewer. */
  readonly bits: { readonly least: number; readonly most: number }
  /** The interactive step; absent: the hardest proof of work stands for it. */
  readonly provider?: { readonly kind: 'turnstile' | 'hcaptcha'; readonly sitekey: string }
  /** Seconds a clearance is good for by step, renewed at half of it, and seconds it lives with all renewals. */
  readonly life: { readonly wait: number; readonly proof: number; readonly interactive: number }
  readonly max_life: number
  /** `lax`, or `none`, partitioned, for sites that are embedded in others. */
  readonly same_site: 'lax' | 'none'
  /** Paths that are never challenged, besides well-known files: webhooks, APIs for programs. */
  readonly exempt: readonly PathPattern[]
  /** The operator's own page, with `{{challenge}}` where ours goes; absent: the page of the house. */
  readonly template?: string
}
