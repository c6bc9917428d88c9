using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hub.Control.Protocol;

/// <summary>A group, as <c>hub group list</c> shows it.</summary>
/// <param name="Share">Per cent, 0 to 100 with at most two decimals.</param>
/// <param name="Routes">The routes that flip together, by id.</param>
/// <param name="Serving">By how many live gateway planes the current revision is served, of how many.</param>
/// <param name="Gates">Those on the way to the next stage; only where one group is asked for, and empty where it has none.</param>
/// <param name="Plan">The plan that climbs it; null: it has none.</param>
/// <param name="Figures">The last quarter of an hour; only where one group is asked for.</param>
public sealed record GroupView(
    string Name,
    decimal Share,
    bool RolledBack,
    string New,
    ImmutableArray<string> Routes,
    RevisionId Revision,
    ServingView Serving,
    DateTimeOffset? ChangedAt,
    string? ChangedBy,
    string? Reason,
    bool Mirrored = false,
    ImmutableArray<GroupFigures>? Figures = null,
    ImmutableArray<GateView>? Gates = null,
    PlanView? Plan = null);

/// <summary>How many live gateway planes serve a revision.</summary>
/// <param name="Silent">Planes whose lease has ended, each with the time it was last heard and what it may still serve.</param>
public sealed record ServingView(int Planes, int Of, ImmutableArray<string> Silent);

/// <summary>Body of <c>POST /api/groups/{group}/shift</c>; needs <c>If-Match</c>.</summary>
/// <param name="Share">Per cent, 0 to 100 with at most two decimals.</param>
/// <param name="DryRun">Say what it would do; change nothing.</param>
/// <param name="Wait">Answer when the flip is acknowledged (SAFETY.md 11).</param>
/// <param name="Force">Past gates that are held; needs a reason, which stays in the audit trail (SAFETY.md 22).</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ShiftGroup(decimal Share, string? Reason = null, bool DryRun = false, bool Wait = false, bool Force = false);

/// <summary>Body of <c>POST /api/groups/{group}/rollback</c> and, for all groups, <c>POST /api/groups/rollback</c>. Needs no revision.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RollbackGroup(bool Evacuate = false, string? Reason = null, bool DryRun = false, bool Wait = false);

/// <summary>Body of <c>POST /api/groups/{group}/mirror</c>; turning it on needs <c>If-Match</c>, turning it off nothing.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MirrorGroup(bool On, string? Reason = null, bool DryRun = false, bool Wait = false);

/// <summary>What a shift or a rollback did, or would do.</summary>
/// <param name="Changes">In words, a line each: <c>catalog: 5 % → 25 %</c>.</param>
/// <param name="Purge">Null where nobody waited, or the flip concerns nothing that a cache keeps.</param>
/// <param name="Acknowledged">All live gateway planes serve it; always false where nobody waited.</param>
public sealed record FlipResult(
    RevisionId Revision, bool DryRun, ImmutableArray<string> Changes, bool Acknowledged, ServingView Serving, PurgeView? Purge = null);

/// <summary>What caches in front made of a flip that was waited for (SAFETY.md 10).</summary>
/// <param name="Done">Each was told after the ack and said 2xx. Where not, they are told until they hear.</param>
/// <param name="Caches">Their names in the file.</param>
/// <param name="Problems">Those that did not hear it, each as a sentence.</param>
public sealed record PurgeView(bool Done, ImmutableArray<string> Caches, ImmutableArray<string> Problems);

/// <summary>Body of <c>PUT /api/freeze</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FreezeRequest(DateTimeOffset Until, string? Reason = null);

/// <summary>Whether things are frozen: the answer of <c>/api/freeze</c>.</summary>
public sealed record FreezeView(DateTimeOffset? Until, RevisionId Revision);

/// <summary>Body of <c>PUT /api/document</c> (apply) and <c>POST /api/document/plan</c>.</summary>
/// <param name="Document">The config file's text.</param>
/// <param name="File">Its name, for messages.</param>
/// <param name="Force">Past gates that are held; needs a reason.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ApplyDocument(string Document, string File, string? Reason = null, bool Force = false);

/// <summary>What a changed file would change, or has changed.</summary>
/// <param name="Changes">A line each; empty where the document is the same.</param>
/// <param name="Flips">Those of them that change where requests go, and are frozen, gated and audited like a flip.</param>
public sealed record DocumentPlan(RevisionId Revision, ImmutableArray<string> Changes, ImmutableArray<string> Flips);

/// <summary>The document in force.</summary>
public sealed record DocumentView(RevisionId Revision, string Hash, string Document);
