using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>
/// A request that <c>hub check --through</c> sends to the shop's public address: a gateway that knows its token says how the
/// request arrived. To whoever has no token the path is the shop's, like any other.
/// </summary>
public static class Probe
{
    /// <summary>Where it is sent to, on the public listener.</summary>
    public const string Path = "/.well-known/hub-probe";

    /// <summary>The header that carries the token.</summary>
    public const string Header = "Hub-Probe";

    /// <summary>How many requests a gateway answers for one token.</summary>
    public const int MostAnswers = 100;

    /// <summary>How many tokens a gateway knows at once.</summary>
    public const int MostOpen = 4;

    /// <summary>For how long a token is good.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromSeconds(60);
}

/// <summary>What control says of a new probe: <c>POST /api/probes</c>.</summary>
/// <param name="Token">Drawn for this probe, shown once and kept nowhere.</param>
/// <param name="EndsAt">UTC.</param>
/// <param name="Planes">The gateways that know it.</param>
/// <param name="Silent">Gateways that stand and could not be told.</param>
public sealed record ProbeView(string Token, DateTimeOffset EndsAt, ImmutableArray<string> Planes, ImmutableArray<string> Silent);

/// <summary>What control tells each gateway of a probe: <c>POST /api/probes</c> of its private API.</summary>
/// <param name="Hash">SHA-256 of the token.</param>
public sealed record OpenProbe(byte[] Hash);

/// <summary>How a probe arrived at a gateway.</summary>
/// <param name="Plane">The gateway that answers.</param>
/// <param name="Client">Whom it takes for the client, behind trusted proxies.</param>
/// <param name="ClientTrusted">That address is itself a trusted proxy's.</param>
/// <param name="Scheme">The client's, as the sides are told.</param>
/// <param name="Host">The client's, as the sides are told.</param>
/// <param name="Peer">Who made the connection.</param>
/// <param name="PeerTrusted">It is in <c>Hub.Boundary.TrustedProxies</c>.</param>
/// <param name="Protocol">Of the connection to the gateway: <c>HTTP/1.1</c>.</param>
/// <param name="ForwardedFor"><c>X-Forwarded-For</c> as it came; null: it did not.</param>
/// <param name="RealIp"><c>X-Real-IP</c> as it came.</param>
/// <param name="ForwardedProto"><c>X-Forwarded-Proto</c> as it came.</param>
/// <param name="ForwardedHost"><c>X-Forwarded-Host</c> as it came.</param>
public sealed record ProbeAnswer(
    string Plane,
    string Client,
    bool ClientTrusted,
    string Scheme,
    string Host,
    string Peer,
    bool PeerTrusted,
    string Protocol,
    string? ForwardedFor,
    string? RealIp,
    string? ForwardedProto,
    string? ForwardedHost);
