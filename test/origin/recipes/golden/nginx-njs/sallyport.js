// Sallyport's second door for nginx: lets in what the edge has signed, once. Loaded by sallyport.conf.
import crypto from 'crypto';
import fs from 'fs';

// Seconds.
const SKEW = 5;
const MAX_TTL = 45;
// After created: later, nginx may have forgotten the nonce.
const LAST_MOMENT = 54;

// What the edge sends as Host, in lower case; the default port may be there or not.
const AUTHORITY = /^(origin\.example|origin\.example:8443)(?::443)?$/;

// Health probes that pass unsigned.
const PROBE = /^(?:\/healthz|\/live)$/;

// Names that claim an identity begin so. sallyport.conf takes away the members it knows; a request with any other
// member is refused.
const CLAIM = /^(?:signature|sallyport-|x-forwarded|x-original-|x-rewrite-|cf-connecting-|cf-ip)/;
const CLEARED = /^(?:cf-connecting-ip|cf-connecting-ipv6|cf-connecting-o2o|cf-ipcity|cf-ipcontinent|cf-ipcountry|cf-iplatitude|cf-iplongitude|sallyport-asn|sallyport-body|sallyport-bot|sallyport-client|sallyport-colo|sallyport-country|sallyport-door-connection|sallyport-door-framing|sallyport-door-host|sallyport-door-method|sallyport-door-target|sallyport-jwt|sallyport-log|sallyport-policy|sallyport-protocol|sallyport-request-id|sallyport-route|sallyport-tls|sallyport-verdict|signature|signature-agent|signature-input|signature-key|x-forwarded|x-forwarded-access-token|x-forwarded-by|x-forwarded-client-cert|x-forwarded-email|x-forwarded-for|x-forwarded-groups|x-forwarded-host|x-forwarded-method|x-forwarded-path|x-forwarded-port|x-forwarded-preferred-username|x-forwarded-prefix|x-forwarded-proto|x-forwarded-protocol|x-forwarded-scheme|x-forwarded-server|x-forwarded-ssl|x-forwarded-tls-client-cert|x-forwarded-tls-client-cert-info|x-forwarded-uri|x-forwarded-user|x-original-forwarded-for|x-original-forwarded-host|x-original-forwarded-proto|x-original-host|x-original-ip|x-original-method|x-original-proto|x-original-remote-addr|x-original-uri|x-original-url|x-rewrite-uri|x-rewrite-url)$/;

const LINE = /^([A-Za-z0-9!#$%&'*+.^_|~\x60-]{1,32}) (\/[\x21\x22\x24-\x7e]*) HTTP\/1\.[01]$/;
const INPUT = /^sallyport=(\("@method" "@authority" "@path" "@query" "sallyport-client" "sallyport-verdict" "sallyport-request-id"( "content-digest")?\);created=([1-9][0-9]{9});expires=([1-9][0-9]{9});nonce="([A-Za-z0-9_-]{21}[AQgw])";keyid="([A-Za-z0-9._-]{1,64})";tag="sallyport-1")$/;
// The last digit's unused bits are zero: each signature has one spelling.
const SIGNATURE = /^sallyport=:([A-Za-z0-9+\/]{42}[AEIMQUYcgkosw048]=):$/;
// Any other option would be a field that is taken away on the way (RFC 9110 section 7.6.1).
const CONNECTION = /^[ \t,]*(?:(?:close|keep-alive|upgrade|te)[ \t,]*)*$/i;

function isBlank(code) {
    return code === 0x20 || code === 0x09;
}

// nginx leaves tabs around a value. No pattern: on many tabs it would take time with their square. A value longer
// than any that could be right stays as it is.
function trim(value) {
    let start = 0;
    let end = value.length;
    if (end > 4096) return value;
    while (start < end && isBlank(value.charCodeAt(start))) start++;
    while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
    return end - start === value.length ? value : value.slice(start, end);
}

// Where a field's value belongs, or undefined.
function place(name) {
    switch (name) {
    case 'host': return 'host';
    case 'signature': return 'signature';
    case 'signature-input': return 'input';
    case 'sallyport-client': return 'client';
    case 'sallyport-verdict': return 'verdict';
    case 'sallyport-request-id': return 'requestId';
    case 'content-digest': return 'digest';
    case 'content-length': return 'length';
    case 'transfer-encoding': return 'coding';
    case 'connection': return 'connection';
    case 'upgrade': return 'upgrade';
    }
}

// Every field that matters, or why not.
function scan(headers) {
    const found = {};
    for (let i = 0; i < headers.length; i++) {
        const name = headers[i][0].toLowerCase();
        const slot = place(name);
        if (slot === undefined) {
            if (CLAIM.test(name) && !CLEARED.test(name)) return 'a field that claims an identity';
        } else if (found[slot] === undefined) {
            found[slot] = trim(headers[i][1]);
        } else if (slot === 'connection') {
            found.connection += ',' + headers[i][1];
        } else if (slot === 'digest') {
            found.repeated = true;
        } else {
            return name + ' came twice';
        }
    }
    return found;
}

function hasContent(found) {
    return found.coding !== undefined || (found.length !== undefined && found.length !== '0');
}

// The time is the same whatever the bytes are.
function isSame(a, b) {
    let difference = a.length ^ b.length;
    for (let i = 0; i < 32; i += 4) difference |= a.readInt32LE(i) ^ b.readInt32LE(i);
    return difference === 0;
}

function checkUnsigned(found, line) {
    if (found.input !== undefined || found.signature !== undefined) return 'half a signature';
    const probe = PROBE.test(line[2]) && (line[1] === 'GET' || line[1] === 'HEAD');
    return probe && !hasContent(found) && found.upgrade === undefined ? 'pass' : 'unsigned';
}

// Seconds since this worker started: its start is the 22nd part of its state (proc(5)), in hundredths since boot.
// The second part is a name in brackets, which may hold spaces.
function readAge() {
    const state = fs.readFileSync('/proc/self/stat', 'utf8');
    const started = Number(state.slice(state.lastIndexOf(')')).split(' ')[20]);
    const age = parseFloat(fs.readFileSync('/proc/uptime', 'utf8')) - started / 100;
    return age >= 0 ? age : 0;
}

function checkTimes(created, expires, now) {
    if (created > now + SKEW) return 'created in the future';
    if (expires < now - SKEW) return 'expired';
    if (now > created + LAST_MOMENT) return 'later than nonces are remembered';
    if (expires <= created || expires - created > MAX_TTL) return 'lifetime';
    // The nonces used before a start are forgotten, so that what was signed before is refused. The process's
    // directory is never older than the process: mostly that is all there is to know.
    if (created >= fs.statSync('/proc/self').mtimeMs / 1000) return;
    return created < Math.floor(now - readAge()) ? 'signed before the start' : undefined;
}

// The secret of a key: null when it is for another algorithm, undefined when there is none of that name.
function findSecret(keyid) {
    const keys = sallyport_keys.keys;
    for (let i = 0; i < keys.length; i++) {
        if (keys[i].kid !== keyid) continue;
        if (keys[i].kty !== 'oct' || (keys[i].alg !== undefined && keys[i].alg !== 'HS256')) return null;
        const secret = Buffer.from(keys[i].k, 'base64url');
        return secret.length >= 32 && secret.length <= 64 ? secret : null;
    }
}

function formatBase(line, found, authority, input) {
    const target = line[2];
    const mark = target.indexOf('?');
    return '"@method": ' + line[1] +
        '\n"@authority": ' + authority +
        '\n"@path": ' + (mark < 0 ? target : target.slice(0, mark)) +
        '\n"@query": ' + (mark < 0 ? '?' : target.slice(mark)) +
        '\n"sallyport-client": ' + found.client +
        '\n"sallyport-verdict": ' + found.verdict +
        '\n"sallyport-request-id": ' + found.requestId +
        (input[2] ? '\n"content-digest": ' + found.digest : '') +
        '\n"@signature-params": ' + input[1];
}

function checkSigned(r, found, line) {
    const input = INPUT.exec(found.input);
    if (!input) return 'form of signature-input';
    const stale = checkTimes(Number(input[3]), Number(input[4]), Date.now() / 1000);
    if (stale) return stale;
    if (input[2]) {
        if (found.digest === undefined || found.repeated) return 'content-digest';
    } else if ((line[1] === 'GET' || line[1] === 'HEAD') && hasContent(found)) {
        return 'content behind a signed ' + line[1];
    }
    const secret = findSecret(input[6]);
    if (!secret) return secret === null ? 'algorithm' : 'unknown keyid';
    const signature = SIGNATURE.exec(found.signature);
    if (!signature) return 'form of signature';
    const authority = AUTHORITY.exec(found.host.toLowerCase());
    if (!authority) return 'authority';
    const mac = crypto.createHmac('sha256', secret).update(formatBase(line, found, authority[1], input)).digest();
    if (!isSame(mac, Buffer.from(signature[1], 'base64'))) return 'mac';
    return admit(r, input[5]);
}

// From here on the maps of sallyport.conf may read the signed fields.
function admit(r, nonce) {
    const variables = r.variables;
    variables.sallyport_nonce = nonce;
    const known = variables.sallyport_ip && variables.sallyport_policy && variables.sallyport_request_id;
    return known ? 'pass' : 'form of a signed field';
}

// 'pass', 'unsigned', or why not. Whatever throws in here is not 'pass'.
function judge(r) {
    const line = LINE.exec(r.variables.request);
    if (!line) return 'request line';
    const found = scan(r.rawHeadersIn);
    if (typeof found === 'string') return found;
    if (!found.host) return 'host';
    if (found.coding !== undefined && (found.length !== undefined || found.coding.toLowerCase() !== 'chunked')) {
        return 'framing';
    }
    const connection = found.connection;
    if (connection !== undefined && (connection.length > 256 || !CONNECTION.test(connection))) return 'connection';
    if (found.input === undefined || found.signature === undefined) {
        return checkUnsigned(found, line);
    }
    if (!found.client || !found.verdict || !found.requestId) {
        return 'a signed field is missing';
    }
    return checkSigned(r, found, line);
}

// Ids of rules in log mode, between spaces.
function formatLog(r) {
    const log = r.variables.sallyport_verdict_log;
    return log ? log.split('" "').join(' ') : '';
}

export default { judge, formatLog };
