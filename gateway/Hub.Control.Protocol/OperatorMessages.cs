using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hub.Control.Protocol;

/// <summary>What an operator sees first: what stands where, what changed in the last hour, what is wrong, what to type next.</summary>
public sealed record StatusView(
    RevisionId Revision,
    DateTimeOffset? FrozenUntil,
    ImmutableArray<GroupView> Groups,
    ImmutableArray<PlaneView> Planes,
    ImmutableArray<DatasetView> Datasets,
    ImmutableArray<ConnectorView> Connectors,
    ImmutableArray<AuditView> LastHour,
    ImmutableArray<string> Problems,
    ImmutableArray<string> Next);

/// <summary>A line of the audit trail: who, from where, why, before and after.</summary>
/// <param name="Action">The command's words: <c>group shift</c>.</param>
/// <param name="Subject">What it was done to: <c>catalog</c>.</param>
/// <param name="From">The caller's address, or <c>plane gw-1</c>.</param>
public sealed record AuditView(
    long Id,
    DateTimeOffset At,
    string By,
    string From,
    string Action,
    string Subject,
    string? Reason,
    string? Before,
    string? After,
    RevisionId Revision);

/// <summary>Body of <c>POST /api/tokens</c>.</summary>
/// <param name="Role"><c>viewer</c>, <c>operator</c>, <c>admin</c> or <c>plane</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CreateToken(string Name, string Role);

/// <summary>The token itself; this answer is the only time that it is shown.</summary>
public sealed record CreatedToken(string Name, string Role, string Token);

/// <summary>A token as it is listed: never the secret.</summary>
public sealed record TokenView(string Name, string Role, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);

/// <summary>
/// <c>POST /api/explain</c>, answered by a gateway plane: an answered request by its id, or what would become of one.
/// </summary>
/// <param name="Id">The id from the response's <c>Hub-Request-Id</c>; the rest is not looked at then.</param>
/// <param name="Headers">Headers of the request asked about, its Cookie among them.</param>
public sealed record ExplainRequest(
    string? Id, string? Method = null, string? Path = null, ImmutableSortedDictionary<string, string>? Headers = null);

/// <summary>Where a request went, or would go, and why.</summary>
/// <param name="Side"><c>legacy</c> or <c>new</c>.</param>
/// <param name="Reason">The rule's word: share, cohort, owner, claim, journey, form, …</param>
/// <param name="Words">The same in a sentence.</param>
public sealed record ExplainView(
    string? Route, string? Group, string Side, string Reason, string Words, RevisionId Revision, string Plane, DateTimeOffset At);

/// <summary>A request in the gateway's bounded ledger: <c>GET /api/requests?customer=&amp;order=&amp;address=&amp;since=</c>.</summary>
public sealed record LedgerEntry(
    string Id,
    DateTimeOffset At,
    string Plane,
    string Method,
    string Path,
    int Status,
    string? Route,
    string? Group,
    string Side,
    string Reason,
    string? Customer,
    string? Order,
    string Address,
    double Milliseconds,
    string Kind);
