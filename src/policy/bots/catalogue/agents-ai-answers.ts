/**
 * Agents of AI companies that index for answers, and those that fetch because a user has asked something.
 *
 * Names, operators and purposes: the operators' own pages, and the table of ai.robots.txt (MIT) where they have none.
 * @module
 */
import { knownAgent as agent, type KnownAgent } from './known-agent.ts'

export const AI_SEARCH_AGENTS: readonly KnownAgent[] = [
  agent('OAI-SearchBot', 'ai-search', 'OpenAI', { robots: 'OAI-SearchBot', ranges: ['openai-searchbot'] }),
  agent('Claude-SearchBot', 'ai-search', 'Anthropic', { robots: 'Claude-SearchBot' }),
  agent('PerplexityBot', 'ai-search', 'Perplexity', { robots: 'PerplexityBot', ranges: ['perplexitybot'] }),
  agent('Amzn-SearchBot', 'ai-search', 'Amazon', { robots: 'Amzn-SearchBot' }),
  agent('AzureAI-SearchBot', 'ai-search', 'Microsoft', { robots: 'AzureAI-SearchBot' }),
  agent('meta-webindexer', 'ai-search', 'Meta', { robots: 'meta-webindexer', ranges: ['meta'] }),
  agent('YouBot', 'ai-search', 'You.com', { robots: 'YouBot' }),
  agent('ExaSearchBot', 'ai-search', 'Exa', { robots: 'ExaSearchBot' }),
  agent('Andibot', 'ai-search', 'Andi', { robots: 'Andibot' }),
  agent('Anomura', 'ai-search', 'Direqt', { robots: 'Anomura' }),
  agent('AddSearchBot', 'ai-search', 'AddSearch', { robots: 'AddSearchBot' }),
  agent('amazon-kendra', 'ai-search', 'Amazon', {
    robots: 'amazon-kendra',
    patterns: ['amazon-kendra', 'KendraBot'],
  }),
  agent('atlassian-bot', 'ai-search', 'Atlassian', { robots: 'atlassian-bot' }),
  agent('Channel3Bot', 'ai-search', 'Channel3', { robots: 'Channel3Bot' }),
  agent('Cloudflare-AutoRAG', 'ai-search', 'Cloudflare', { robots: 'Cloudflare-AutoRAG' }),
  agent('Google-CloudVertexBot', 'ai-search', 'Google', {
    robots: 'Google-CloudVertexBot',
    ranges: ['googlebot'],
    dns: ['.googlebot.com'],
  }),
  agent('LinkupBot', 'ai-search', 'Linkup', { robots: 'LinkupBot' }),
  agent('ZanistaBot', 'ai-search', 'Zanista', { robots: 'ZanistaBot' }),
  agent('AISearchBot', 'ai-search', '', { robots: 'AISearchBot' }),
  agent('iaskspider', 'ai-search', 'iAsk', { robots: 'iaskspider' }),
]

export const AI_ASSISTANTS: readonly KnownAgent[] = [
  agent('ChatGPT-User', 'ai-assistant', 'OpenAI', {
    robots: 'ChatGPT-User',
    ranges: ['openai-chatgpt-user'],
  }),
  agent('Claude-User', 'ai-assistant', 'Anthropic', { robots: 'Claude-User' }),
  agent('Perplexity-User', 'ai-assistant', 'Perplexity', {
    robots: 'Perplexity-User',
    patterns: ['Perplexity-User', 'PerplexityUser'],
    ranges: ['perplexity-user'],
  }),
  agent('MistralAI-User', 'ai-assistant', 'Mistral AI', {
    robots: 'MistralAI-User',
    ranges: ['mistralai-user'],
  }),
  agent('DuckAssistBot', 'ai-assistant', 'DuckDuckGo', {
    robots: 'DuckAssistBot',
    ranges: ['duckassistbot'],
  }),
  agent('meta-externalfetcher', 'ai-assistant', 'Meta', { robots: 'meta-externalfetcher', ranges: ['meta'] }),
  agent('Amzn-User', 'ai-assistant', 'Amazon', { robots: 'Amzn-User' }),
  agent('cohere-ai', 'ai-assistant', 'Cohere', { robots: 'cohere-ai' }),
  agent('Gemini-Deep-Research', 'ai-assistant', 'Google', { robots: 'Gemini-Deep-Research' }),
  agent('Google-NotebookLM', 'ai-assistant', 'Google', {
    robots: 'Google-NotebookLM',
    patterns: ['Google-NotebookLM', 'Google-GeminiNotebook', 'NotebookLM'],
    ranges: ['google-user-triggered', 'google-user-triggered-google'],
  }),
  agent('GoogleAgent-URLContext', 'ai-assistant', 'Google', { robots: 'GoogleAgent-URLContext' }),
  agent('Google-Firebase', 'ai-assistant', 'Google', { robots: 'Google-Firebase' }),
  agent('kagi-fetcher', 'ai-assistant', 'Kagi', { robots: 'kagi-fetcher' }),
  agent('Kimi-User', 'ai-assistant', 'Moonshot AI', { robots: 'Kimi-User' }),
  agent('PhindBot', 'ai-assistant', 'Phind', { robots: 'PhindBot' }),
  agent('AI2Bot-DeepResearchEval', 'ai-assistant', 'Allen Institute for AI', {
    robots: 'AI2Bot-DeepResearchEval',
  }),
  agent('amazon-QBusiness', 'ai-assistant', 'Amazon', { robots: 'amazon-QBusiness' }),
  agent('bedrockbot', 'ai-assistant', 'Amazon', { robots: 'bedrockbot' }),
  agent('bigsur.ai', 'ai-assistant', 'Big Sur AI', { robots: 'bigsur.ai' }),
  agent('BuddyBot', 'ai-assistant', 'BuddyBotLearning', { robots: 'BuddyBot' }),
  agent('GeistHaus-PageFetcher', 'ai-assistant', 'GeistHaus', { robots: 'GeistHaus-PageFetcher' }),
  agent('KlaviyoAIBot', 'ai-assistant', 'Klaviyo', { robots: 'KlaviyoAIBot' }),
  agent('LinerBot', 'ai-assistant', 'Liner', { robots: 'LinerBot' }),
  agent('Poggio-Citations', 'ai-assistant', 'Poggio', { robots: 'Poggio-Citations' }),
  agent('QualifiedBot', 'ai-assistant', 'Qualified', { robots: 'QualifiedBot' }),
  agent('QuillBot', 'ai-assistant', 'QuillBot', { robots: 'QuillBot', patterns: ['QuillBot'] }),
  agent('Shap-User', 'ai-assistant', 'Parallel', { robots: 'Shap-User' }),
  agent('TongyiBot', 'ai-assistant', 'Alibaba', { robots: 'TongyiBot' }),
  agent('YiyanBot', 'ai-assistant', 'Baidu', { robots: 'YiyanBot' }),
  agent('UseAI', 'ai-assistant', '', { robots: 'UseAI', patterns: ['UseAI/', '\\bUseAI\\b'] }),
  agent('wpbot', 'ai-assistant', 'QuantumCloud', { robots: 'wpbot', patterns: ['\\bwpbot\\b'] }),
]
