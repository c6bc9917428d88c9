using System.Collections.Immutable;
using System.Net;
using Hub.Configuration;
using Hub.Control.Protocol;

namespace Hub.Cli.Checking.Through;

/// <summary>What the probes' answers say of the way to the gateways.</summary>
/// <param name="shop">The address that was asked.</param>
/// <param name="planes">The gateways that know the probe.</param>
/// <param name="mine">Addresses by which this machine may be known.</param>
/// <param name="told">The person said which it is: <paramref name="mine"/> holds that one only.</param>
internal sealed class ThroughCheck(Uri shop, ImmutableArray<string> planes, ImmutableHashSet<IPAddress> mine, bool told)
{
    private const string Proxies = "Hub.Boundary.TrustedProxies";

    public IReadOnlyList<Finding> Judge(ImmutableArray<Passage> passages)
    {
        var honest = passages.Where(passage => passage.Kind != PassageKind.Forged).ToList();
        var answers = honest.Select(passage => passage.Answer).OfType<ProbeAnswer>().ToList();
        return answers.Count == 0
            ? [NotArrived(honest[0])]
            : [.. Lost(honest), .. answers.SelectMany(Judge).Distinct(), .. Forged(passages, answers).Distinct(), .. Affinity(passages)];
    }

    private Finding NotArrived(Passage passage) => passage switch
    {
        { Reached: false } => Error(
            "", $"{shop} is not reached ({passage.Else})", "nothing can be said of the way to the gateways",
            "correct the address, or see that this machine may reach it"),
        { Location: { } location } => Error(
            "", $"{shop} redirects the probe to {location}", "what stands there answers before any gateway",
            "check the address to which customers are led"),
        { Status: HttpStatusCode.MisdirectedRequest } => Error(
            "Hub.Boundary.Hosts", $"the gateway answers 421: it does not serve the host that arrives with requests to {shop}",
            "customers would see that error", "add the host, or let the balancer pass on the Host that it was asked for"),
        _ => Error(
            "", $"requests to {shop} do not come to a gateway of this hub: the probe is answered {passage.Else}",
            "a bypass, a cache or a rule of the CDN answers, or a gateway that control does not know",
            $"see that {Probe.Path} goes to the gateways with its header {Probe.Header}; 'hub status' names the gateways"),
    };

    private static IEnumerable<Finding> Lost(List<Passage> honest)
    {
        if (honest.Where(passage => passage.Answer is null).Select(passage => passage.Else!).ToList() is { Count: > 0 } lost)
        {
            yield return Warning(
                "", $"{lost.Count} of {honest.Count} probes were not answered by a gateway of this hub ({string.Join(", ", lost.Distinct())})",
                "some requests go another way, or to a gateway that is down", "look at the balancer's list of servers beside 'hub status'");
        }
    }

    private IEnumerable<Finding> Judge(ProbeAnswer answer) =>
        new[] { Client(answer), Scheme(answer), Host(answer) }.OfType<Finding>();

    private Finding? Client(ProbeAnswer answer)
    {
        const string WhyClient = "limits, the ledger and the sides' fraud checks would see one address in the place of every shopper's";
        var chain = Addresses(answer.ForwardedFor);
        var isMine = IsMine(answer.Client);
        return answer switch
        {
            { PeerTrusted: false } when chain.Length > 0 || answer.RealIp is not null => Error(
                Proxies, $"the gateways take the proxy {answer.Peer} for the client: they do not trust it, and its word ({Words(answer)}) is dropped",
                WhyClient, $"add \"{answer.Peer}\", or the network of such proxies, and apply it"),
            { ClientTrusted: true } when isMine => Warning(
                Proxies, $"this machine, {answer.Client}, lies within the trusted proxies",
                "it may say that it is anybody, so that forged headers can't be judged from here; so may everything else there",
                "ask from a machine outside, or name the proxies' own addresses in the place of a wide network"),
            _ when isMine => null,
            { PeerTrusted: true } when chain.Length == 0 && answer.RealIp is null => Error(
                "", $"the trusted proxy {answer.Peer} does not say who the client is", WhyClient,
                "let it send X-Forwarded-For (haproxy: http-request set-header X-Forwarded-For %[src]; nginx: proxy_set_header X-Forwarded-For $remote_addr)"),
            _ when chain.Any(IsMine) => Error(
                Proxies, $"the gateways take {answer.Client} for the client; it is a proxy before the balancer ({Words(answer)})",
                WhyClient, $"add \"{answer.Client}\", or the network of such proxies (a CDN publishes its own), and apply it"),
            _ when told => Error(
                Proxies, $"the gateways take {answer.Client} for the client, and it is {string.Join(", ", mine)} ({Words(answer)})",
                WhyClient, "see which hop does not pass on who connects to it: each sets X-Forwarded-For or appends to it, and is named here"),
            _ => Warning(
                "", $"the gateways take this machine for {answer.Client}, which is none of its own addresses ({Words(answer)})",
                "it is the address of a proxy that hides the client, or this machine's behind a NAT: that can't be told from here",
                "say --client-ip with the public address of this machine"),
        };
    }

    private Finding? Scheme(ProbeAnswer answer)
    {
        if (answer.Scheme == shop.Scheme)
        {
            return null;
        }

        var (path, what, fix) = answer switch
        {
            { PeerTrusted: false } => (Proxies, $"it comes from {answer.Peer}, which is not trusted", $"add \"{answer.Peer}\", or its network, let it send X-Forwarded-Proto, and apply it"),
            { ForwardedProto: null } => ("", $"the trusted proxy {answer.Peer} sends no X-Forwarded-Proto", "let it send the scheme that the client used: X-Forwarded-Proto"),
            _ => ("", $"X-Forwarded-Proto arrives as {answer.ForwardedProto}", "let the hop where TLS ends say X-Forwarded-Proto, and the others leave it as it is"),
        };
        return Error(
            path, $"a request by {shop.Scheme} arrives as {answer.Scheme}: {what}",
            "the sides write links of the wrong scheme or redirect for ever, and cookies go without Secure", fix);
    }

    private Finding? Host(ProbeAnswer answer) =>
        Uri.TryCreate($"{shop.Scheme}://{answer.Host}", UriKind.Absolute, out var seen) && seen.Authority.Equals(shop.Authority, StringComparison.OrdinalIgnoreCase)
            ? null
            : Error(
                "", $"a request to {shop.Authority} arrives for the host '{answer.Host}'",
                "the sides write links and cookies for that name, and routes by host are missed",
                "let each hop keep Host (nginx: proxy_set_header Host $http_host), or send X-Forwarded-Host from a trusted proxy");

    private IEnumerable<Finding> Forged(ImmutableArray<Passage> passages, List<ProbeAnswer> honest)
    {
        // From within the trusted proxies the word is rightly believed.
        if (honest.Any(answer => answer.ClientTrusted && IsMine(answer.Client)))
        {
            yield break;
        }

        foreach (var passage in passages.Where(passage => passage.Kind == PassageKind.Forged))
        {
            if (passage.Answer is not { } answer)
            {
                if (passage.Status == HttpStatusCode.MisdirectedRequest)
                {
                    yield return Believed("X-Forwarded-Host", "routes and links follow it");
                }

                continue;
            }

            if (answer.Client == ProbeSender.ForgedAddress)
            {
                yield return Believed(answer.ForwardedFor is null ? "X-Real-IP" : "X-Forwarded-For", "it gets round limits and fraud checks by it");
            }

            if (answer.Scheme != shop.Scheme && honest.All(seen => seen.Scheme == shop.Scheme))
            {
                yield return Believed("X-Forwarded-Proto", "the sides answer for the wrong scheme, also into caches");
            }

            if (answer.Host.Contains(ProbeSender.ForgedHost, StringComparison.OrdinalIgnoreCase))
            {
                yield return Believed("X-Forwarded-Host", "routes and links follow it, also into caches");
            }
        }
    }

    private static Finding Believed(string header, string why) => Error(
        Proxies, $"a client's own {header} is believed", why,
        $"let the outermost proxy set {header} anew, not pass it on, and name in TrustedProxies nothing but proxies");

    // Over all that came with an answer from the source's one address; cookies apart, for they may hold what the address does not.
    private IEnumerable<Finding> Affinity(ImmutableArray<Passage> passages)
    {
        var (plain, cookies) = (Shares(passages, PassageKind.Plain), Shares(passages, PassageKind.WithCookies));
        if (plain.Count > 1)
        {
            var kept = cookies.Count == 1 ? " (with cookies kept, all to one)" : "";
            yield return new Finding(Severity.Note, new ConfigProblem(
                "", 0, $"requests of one client go to several gateways: {string.Join(", ", plain.Select(share => $"{share.Key} {share.Value}"))}{kept}",
                "the gateways need no affinity: key, pins and claims travel with the customer; rates are counted by each gateway, so that a client gets a share of each",
                "nothing, or let the balancer go by source address (haproxy: balance source; nginx: ip_hash)"));
            var missed = planes.Except(plain.Keys).Except(cookies.Keys).Order(StringComparer.Ordinal).ToList();
            if (missed.Count > 0)
            {
                yield return Warning(
                    "", $"no probe came to {string.Join(", ", missed)}", "the balancer may not know it, or thinks that it is down",
                    "look at the balancer's list of servers beside 'hub status'");
            }
        }
    }

    private static SortedDictionary<string, int> Shares(ImmutableArray<Passage> passages, PassageKind kind) => new(
        passages.Where(passage => passage.Kind == kind && passage.Answer is not null).CountBy(passage => passage.Answer!.Plane).ToDictionary(),
        StringComparer.Ordinal);

    private bool IsMine(string address) => IPAddress.TryParse(address, out var parsed) && mine.Contains(parsed);

    private static string[] Addresses(string? chain) => chain is null
        ? []
        : [.. chain.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => IPEndPoint.TryParse(text, out var point) ? point.Address.ToString() : text)];

    private static string Words(ProbeAnswer answer) =>
        answer.ForwardedFor is { } chain ? $"X-Forwarded-For: {chain}" : answer.RealIp is { } real ? $"X-Real-IP: {real}" : $"{answer.Peer} connects, without X-Forwarded-For";

    private static Finding Error(string path, string what, string why, string fix) => new(Severity.Error, new ConfigProblem(path, 0, what, why, fix));

    private static Finding Warning(string path, string what, string why, string fix) => new(Severity.Warning, new ConfigProblem(path, 0, what, why, fix));
}
