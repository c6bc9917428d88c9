using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Plans;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Groups;

/// <summary>
/// <c>hub group rollback G</c> and <c>--all</c>: reads, and writes that follow reads, go to legacy at the next request.
/// Never gated, frozen or refused for an old revision (SAFETY.md 13).
/// </summary>
internal static class RollbackGroupEndpoint
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/groups/{group}/rollback", One).Allow(Role.Operator);
        app.MapPost("/api/groups/rollback", All).Allow(Role.Operator);
    }

    /// <summary>Rolls one group back in the draft and says what changes.</summary>
    public static string RollBack(RevisionDraft draft, string group, bool evacuate, string? reason, Caller caller, bool dryRun = false)
    {
        var state = draft.State.Groups[group].State;
        var next = state with
        {
            Share = 0,
            RolledBack = true,
            VoidBefore = draft.Id.Number,
            EvacuateBefore = evacuate ? draft.Id.Number : state.EvacuateBefore,
        };
        var becomes = GroupWords.Of(next) + (evacuate ? ", customers with a claim of New are evacuated" : "");
        if (!dryRun)
        {
            draft.SetGroup(group, next, caller, reason);
            draft.Audit(caller, "group rollback", group, reason, GroupWords.Of(state), becomes);
            StoredPlan.End(draft, group, caller, "rolled back");
        }

        return $"{group}: {GroupWords.Of(state)} → {becomes}";
    }

    private static async Task<Results<Ok<FlipResult>, ProblemHttpResult>> One(
        string group, RollbackGroup request, RevisionLog revisions, Flip flip, HttpContext http, Caller caller)
    {
        var (outcome, wanted) = await revisions.ChangeAsync<ImmutableArray<string>>(draft =>
            draft.Before.Revision.Groups.ContainsKey(group)
                ? ImmutableArray.Create(RollBack(draft, group, request.Evacuate, request.Reason, caller, request.DryRun))
                : GroupWords.Unknown(group, draft.Before.Revision.Groups.Keys));
        return await flip.AnswerAsync(outcome, wanted, request.DryRun, request.Wait, http);
    }

    private static async Task<Results<Ok<FlipResult>, ProblemHttpResult>> All(
        RollbackGroup request, RevisionLog revisions, Flip flip, HttpContext http, Caller caller)
    {
        var (outcome, wanted) = await revisions.ChangeAsync<ImmutableArray<string>>(draft => draft.Before.Revision.Groups.Keys
            .Select(group => RollBack(draft, group, request.Evacuate, request.Reason, caller, request.DryRun)).ToImmutableArray());
        return await flip.AnswerAsync(outcome, wanted, request.DryRun, request.Wait, http);
    }
}
