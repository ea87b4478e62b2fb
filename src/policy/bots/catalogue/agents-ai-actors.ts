/**
 * Agents of AI companies that act for a user, and those of which nobody has said what they are for.
 *
 * Names, operators and purposes: the operators' own pages, and the table of ai.robots.txt (MIT) where they have none.
 * Some are words of everyday, or names of editors that show pages to people: those count with a boundary only.
 * @module
 */
import { knownAgent as agent, type KnownAgent } from './known-agent.ts'

export const AI_AGENTS: readonly KnownAgent[] = [
  agent('ChatGPT Agent', 'ai-agent', 'OpenAI', {
    robots: 'ChatGPT Agent',
    signature: ['https://chatgpt.com'],
  }),
  agent('Operator', 'ai-agent', 'OpenAI', {
    robots: 'Operator',
    patterns: ['; Operator/', '; Operator;', '^Operator/'],
  }),
  // Signed in an experiment: developers.google.com/crawling/docs/crawlers-fetchers/allow-google-agent.
  agent('Google-Agent', 'ai-agent', 'Google', {
    robots: 'Google-Agent',
    signature: ['https://agent.bot.goog'],
  }),
  agent('GoogleAgent-Mariner', 'ai-agent', 'Google', { robots: 'GoogleAgent-Mariner' }),
  agent('Google-Gemini-CLI', 'ai-agent', 'Google', {
    robots: 'Google-Gemini-CLI',
    patterns: ['Google-Gemini-CLI', 'GeminiCLI'],
  }),
  agent('Claude-Code', 'ai-agent', 'Anthropic', { robots: 'Claude-Code' }),
  agent('NovaAct', 'ai-agent', 'Amazon', { robots: 'NovaAct' }),
  agent('AmazonBuyForMe', 'ai-agent', 'Amazon', { robots: 'AmazonBuyForMe' }),
  agent('Manus-User', 'ai-agent', 'Butterfly Effect', { robots: 'Manus-User' }),
  agent('Devin', 'ai-agent', 'Cognition', { robots: 'Devin', patterns: ['\\bDevin/', '; Devin;'] }),
  agent('TwinAgent', 'ai-agent', 'Twin', { robots: 'TwinAgent' }),
  // The editor's own windows say Cursor/ too, but no site sees them: they show its interface.
  agent('Cursor', 'ai-agent', 'Anysphere', { robots: 'Cursor', patterns: ['\\bCursor/'] }),
  agent('opencode', 'ai-agent', '', { robots: 'opencode', patterns: ['\\bopencode/'] }),
  agent('Trae', 'ai-agent', 'ByteDance', { robots: 'Trae', patterns: ['^Trae/', '; Trae/', '; Trae;'] }),
  agent('Lightpanda', 'ai-agent', '', { robots: 'Lightpanda' }),
  agent('browser-use', 'ai-agent', '', { patterns: ['browser-use'] }),
]

export const AI_UNDOCUMENTED: readonly KnownAgent[] = [
  agent('Claude-Web', 'ai-undocumented', 'Anthropic', { robots: 'Claude-Web' }),
  agent('OpenAI', 'ai-undocumented', 'OpenAI', { robots: 'OpenAI', patterns: ['^OpenAI/', '\\bOpenAI\\b'] }),
  agent('Aranet-SearchBot', 'ai-undocumented', '', { robots: 'Aranet-SearchBot' }),
  agent('Crawl4AI', 'ai-undocumented', '', { robots: 'Crawl4AI' }),
  agent('iAskBot', 'ai-undocumented', 'iAsk', { robots: 'iAskBot' }),
  agent('KunatoCrawler', 'ai-undocumented', 'Kunato', { robots: 'KunatoCrawler' }),
  agent('Reflectionbot', 'ai-undocumented', 'Reflection', { robots: 'Reflectionbot' }),
  agent('WRTNBot', 'ai-undocumented', 'Wrtn', { robots: 'WRTNBot' }),
  agent('Thinkbot', 'ai-undocumented', 'Thinkbot', { robots: 'Thinkbot' }),
  agent('Flyriverbot', 'ai-undocumented', 'Flyriver', { robots: 'Flyriverbot' }),
  agent('TSM-turingos', 'ai-undocumented', '', { robots: 'TSM-turingos' }),
  agent('bigsur-ai-crawler', 'ai-undocumented', 'Big Sur AI', { patterns: ['bigsur-ai'] }),
]
