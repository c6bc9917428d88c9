using System.Collections.Immutable;
using Hub.Configuration;
using Hub.Control.Access;
using Hub.Control.Gates;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Documents;

/// <summary>
/// <c>PUT /api/document</c> makes a changed file a revision, <c>POST /api/document/plan</c> says what it would change. One
/// that moves requests is a flip: it is refused while things are frozen (SAFETY.md 14).
/// </summary>
internal static class ApplyDocumentEndpoint
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/document", Get).Allow(Role.Viewer);
        app.MapPut("/api/document", Apply).Allow(Role.Operator);
        app.MapPost("/api/document/plan", Plan).Allow(Role.Viewer);
    }

    /// <summary>Applies a document; <paramref name="expected"/> null where nobody compared it to anything (the hub's own file).</summary>
    public static async Task<Outcome<DocumentPlan>> ApplyAsync(
        RevisionLog revisions, GateKeeper gates, ApplyDocument request, RevisionId? expected, Caller caller)
    {
        var (outcome, wanted) = await revisions.ChangeAsync<DocumentChanges>(draft =>
        {
            if (expected is { } revision && IfMatch.Stale(revision, draft.Before) is { } stale)
            {
                return stale;
            }

            var read = Read(request, draft.Before);
            if (read.Refusal is { } bad)
            {
                return bad;
            }

            var changes = DocumentChanges.Between(draft.Before.Document, read.Value);
            if (draft.Frozen && changes.Flips.Length > 0)
            {
                return Refusal.Conflict(
                    $"Frozen until {draft.State.FrozenUntil:u}",
                    $"The file moves requests ({string.Join("; ", changes.Flips)}), and until then nothing flips. Wait, or unfreeze first (hub unfreeze). Rollback works.");
            }

            // Gates of the document that stands: one that takes its own gates away is held by them.
            var held = changes.Flips.IsEmpty ? [] : draft.Before.Revision.Groups
                .Where(group => group.Value.Share > 0 && changes.Groups?.Contains(group.Key) != false)
                .SelectMany(group => gates.Of(draft.Before, group.Key, group.Value.Share)).ToImmutableArray();
            if (GatedClimb.Refuse("the file's groups", held, request.Force, request.Reason) is { } refusal)
            {
                return refusal;
            }

            if (read.Value.Hash != draft.Before.Document.Hash)
            {
                draft.SetDocument(read.Value);
                draft.Audit(
                    caller, "apply", request.File, request.Reason, $"document {Short(draft.Before.Document)}",
                    $"document {Short(read.Value)}: {Summary(changes)}{GatedClimb.Forced(held)}");
            }

            return changes;
        });
        return outcome.Refusal is { } refusal
            ? refusal
            : new DocumentPlan(wanted.Revision.Id, outcome.Value.All, outcome.Value.Flips);
    }

    private static Results<Ok<DocumentView>, ProblemHttpResult> Get(RevisionLog revisions, HttpContext http)
    {
        var revision = revisions.Current.Revision;
        IfMatch.SetETag(http, revision.Id);
        return revision.Document is null
            ? Refusal.NotFound("No document is in force", "Nothing was applied yet. To do: hub apply -c hub.json").ToProblem()
            : TypedResults.Ok(new DocumentView(revision.Id, revision.DocumentHash, revision.Document));
    }

    private static Results<Ok<DocumentPlan>, ProblemHttpResult> Plan(ApplyDocument request, RevisionLog revisions, HttpContext http)
    {
        var wanted = revisions.Current;
        var read = Read(request, wanted);
        if (read.Refusal is { } bad)
        {
            return bad.ToProblem();
        }

        IfMatch.SetETag(http, wanted.Revision.Id);
        var changes = DocumentChanges.Between(wanted.Document, read.Value);
        return TypedResults.Ok(new DocumentPlan(wanted.Revision.Id, changes.All, changes.Flips));
    }

    private static async Task<Results<Ok<DocumentPlan>, ProblemHttpResult>> Apply(
        ApplyDocument request, RevisionLog revisions, GateKeeper gates, HttpContext http, Caller caller)
    {
        var expected = IfMatch.Read(http);
        if (expected.Refusal is { } missing)
        {
            return missing.ToProblem();
        }

        var outcome = await ApplyAsync(revisions, gates, request, expected.Value, caller);
        if (outcome.Refusal is null)
        {
            IfMatch.SetETag(http, outcome.Value.Revision);
        }

        return outcome.ToResult();
    }

    private static Outcome<HubDocument> Read(ApplyDocument request, Wanted standing)
    {
        var problems = new List<ConfigProblem>();
        return HubDocument.Read(request.Document, request.File, standing, problems) is { } document
            ? document
            : Refusal.Bad(
                problems.Count == 1 ? "The file has a problem" : $"The file has {problems.Count} problems",
                string.Join("\n", problems.Select(problem => problem.ToString(request.File))));
    }

    private static string Short(HubDocument document) => document.Hash.Length == 0 ? "none" : document.Hash[..12];

    private static string Summary(DocumentChanges changes)
    {
        const int Shown = 20;
        var words = changes.All.Take(Shown).ToImmutableArray();
        return string.Join("; ", changes.All.Length > Shown ? words.Add($"and {changes.All.Length - Shown} more") : words);
    }
}
