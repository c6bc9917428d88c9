using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Groups;

/// <summary>
/// <c>hub group mirror G on|off</c>: copies of requests go to the other side, from the next request on. Off is always
/// allowed; on waits for the end of a freeze, since it is load that nobody expects then.
/// </summary>
internal static class MirrorGroupEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/groups/{group}/mirror", Handle).Allow(Role.Operator);

    private static async Task<Results<Ok<FlipResult>, ProblemHttpResult>> Handle(
        string group, MirrorGroup request, RevisionLog revisions, Flip flip, HttpContext http, Caller caller)
    {
        var expected = request.On ? IfMatch.Read(http) : RevisionId.None;
        if (expected.Refusal is { } missing)
        {
            return missing.ToProblem();
        }

        var (outcome, wanted) = await revisions.ChangeAsync(draft => Decide(draft, group, expected.Value, request, caller));
        return await flip.AnswerAsync(outcome, wanted, request.DryRun, request.Wait, http);
    }

    private static Outcome<ImmutableArray<string>> Decide(
        RevisionDraft draft, string group, RevisionId expected, MirrorGroup request, Caller caller)
    {
        if (!draft.Before.Revision.Groups.TryGetValue(group, out var state))
        {
            return GroupWords.Unknown(group, draft.Before.Revision.Groups.Keys);
        }

        if (request.On && IfMatch.Stale(expected, draft.Before) is { } stale)
        {
            return stale;
        }

        if (request.On && draft.Frozen)
        {
            return Refusal.Conflict(
                $"Frozen until {draft.State.FrozenUntil:u}",
                "Until then nothing is begun, mirroring neither. Wait, or unfreeze first (hub unfreeze). It can be turned off: hub group mirror " + group + " off");
        }

        if (request.On == state.Mirrored)
        {
            return ImmutableArray<string>.Empty;
        }

        var next = state with { Mirrored = request.On, MirroredSince = request.On ? draft.Id.Number : 0 };
        if (!request.DryRun)
        {
            draft.SetGroup(group, next, caller, request.Reason);
            draft.Audit(caller, "group mirror", group, request.Reason, Word(state), Word(next));
        }

        return ImmutableArray.Create($"{group}: {Word(state)} → {Word(next)}");
    }

    private static string Word(GroupState state) => state.Mirrored ? "mirrored" : "not mirrored";
}
