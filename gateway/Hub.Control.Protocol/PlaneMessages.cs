using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>The version of what control and planes say to each other. Control serves planes of this version and the last.</summary>
public static class ProtocolVersion
{
    public const int Current = 1;
}

/// <summary>The times that control and planes agree on (SAFETY.md 11).</summary>
public static class PlaneTimes
{
    /// <summary>How often a plane reports, and control pings on the stream.</summary>
    public static readonly TimeSpan Report = TimeSpan.FromSeconds(1);

    /// <summary>A plane gives up a stream that says nothing for so long, and connects again.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>How long a report's answer lets a plane be relied on; after it, a flip waits for that plane no longer.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    /// <summary>A starting plane waits so long for control before it serves its own copy.</summary>
    public static readonly TimeSpan Ready = TimeSpan.FromSeconds(5);
}

/// <summary>A plane's first words: the body of <c>POST /api/planes</c>, whose answer is the stream.</summary>
/// <param name="Plane">Its name, unique among planes: <c>gw-1</c>.</param>
/// <param name="Role"><c>gateway</c>, <c>migration</c> or <c>adapters</c>.</param>
/// <param name="Protocol">Its <see cref="ProtocolVersion"/>.</param>
/// <param name="Version">Its build, for people.</param>
/// <param name="Api">Where its own part of the API is served, for control to forward to.</param>
/// <param name="ApiToken">Drawn by the plane at its start: the bearer token that control forwards with.</param>
/// <param name="Holds">The revision it serves now, from its disk; <see cref="RevisionId.None"/> if none.</param>
/// <param name="DocumentHash">The document it holds, so that control need not send it again.</param>
/// <param name="Rollbacks">Rollbacks made on this plane that no revision holds yet.</param>
/// <param name="Stamp">The <see cref="Revision.Stamp"/> of what it holds; a stamp that control doesn't know tells of a restored store.</param>
/// <param name="Store">The store that it works on, where it shares one with others; empty where it has one of its own.</param>
public sealed record PlaneHello(
    string Plane,
    string Role,
    int Protocol,
    string Version,
    Uri Api,
    string ApiToken,
    RevisionId Holds,
    string DocumentHash,
    ImmutableArray<PlaneRollback> Rollbacks,
    string Stamp = "",
    string Store = "");

/// <summary>A rollback made on a plane while control could not be asked (SAFETY.md 12).</summary>
/// <param name="Id">Drawn by the plane; control takes each once.</param>
/// <param name="Group">The group, or null for all.</param>
/// <param name="Evacuate">Whether customers with a claim of New are evacuated.</param>
/// <param name="By">Who: <c>plane gw-1</c> for a person at its socket, or <see cref="Guard"/>.</param>
public sealed record PlaneRollback(Guid Id, string? Group, bool Evacuate, string By, string? Reason, DateTimeOffset At)
{
    /// <summary>A guard tripped (SAFETY.md 21).</summary>
    public const string Guard = "guard";
}

/// <summary>
/// What a plane says each second and at once after a swap: <c>POST /api/planes/{plane}/report</c>. An answer of 2xx renews
/// its lease, counted by the plane from when it sent the report.
/// </summary>
/// <param name="Serves">The revision that each request is placed by from now on.</param>
/// <param name="Problems">What is wrong with this plane, for <c>hub status</c>; a document it could not take among it.</param>
/// <param name="Rollbacks">Its own rollbacks that no revision holds yet.</param>
/// <param name="Stopping">The plane drains and stops: it is not waited for any longer.</param>
/// <param name="ApiToken">
/// That of its hello: which instance of the name reports, since one that is replaced may speak after its successor said
/// hello. Empty from a plane that does not tell yet.
/// </param>
/// <param name="Applied">The migration plane: of each dataset, legacy's time up to which all is applied at every target, UTC.</param>
/// <param name="Parity">The migration plane: of each dataset at work there, what verification found.</param>
/// <param name="Mirrored">A gateway: what it found by mirroring, of routes that changed lately; null from one that mirrors nothing.</param>
/// <param name="Crawls">A gateway: crawls that run or ended lately.</param>
/// <param name="Figures">A gateway plane: of each group that had requests, this minute and the last, whole.</param>
/// <param name="Candidates">A gateway plane: how New's destinations are, by group.</param>
public sealed record PlaneReport(
    string Plane,
    RevisionId Serves,
    ImmutableArray<string> Problems,
    ImmutableArray<PlaneRollback> Rollbacks,
    bool Stopping = false,
    string ApiToken = "",
    ImmutableSortedDictionary<string, DateTimeOffset>? Applied = null,
    ImmutableArray<RouteSums>? Mirrored = null,
    ImmutableArray<CrawlView>? Crawls = null,
    ImmutableArray<GroupFigures>? Figures = null,
    ImmutableSortedDictionary<string, CandidateHealth>? Candidates = null,
    ImmutableArray<DatasetParity>? Parity = null);

/// <summary>New's destinations of a group, as a gateway plane sees them.</summary>
/// <param name="Available">How many it would send a request to now.</param>
public sealed record CandidateHealth(int Available, int Of);

/// <summary>A plane as control sees it.</summary>
/// <param name="Live">Its lease has not ended.</param>
/// <param name="LastReport">When it was heard last, UTC.</param>
public sealed record PlaneView(
    string Plane,
    string Role,
    string Version,
    Uri Api,
    RevisionId Serves,
    bool Live,
    DateTimeOffset LastReport,
    ImmutableArray<string> Problems);
