using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Gates;
using Hub.Control.Plans;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Groups;

/// <summary><c>hub group shift G --share 25</c>: so many customers read from New, at the next request.</summary>
internal static class ShiftGroupEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/groups/{group}/shift", Handle).Allow(Role.Operator);

    private static async Task<Results<Ok<FlipResult>, ProblemHttpResult>> Handle(
        string group, ShiftGroup request, RevisionLog revisions, GateKeeper gates, Flip flip, HttpContext http, Caller caller)
    {
        var expected = IfMatch.Read(http);
        if (expected.Refusal is { } missing)
        {
            return missing.ToProblem();
        }

        var tenThousandths = request.Share * 100;
        if (request.Share is < 0 or > 100 || tenThousandths != decimal.Truncate(tenThousandths))
        {
            return Refusal.Bad(
                "A share is 0 to 100 per cent, with at most two decimals", $"{request.Share} is not. Example: 25, or 0.5.").ToProblem();
        }

        var (outcome, wanted) = await revisions.ChangeAsync(draft =>
            Decide(draft, group, (int)tenThousandths, expected.Value, request, gates, caller));
        return await flip.AnswerAsync(outcome, wanted, request.DryRun, request.Wait, http);
    }

    private static Outcome<ImmutableArray<string>> Decide(
        RevisionDraft draft, string group, int share, RevisionId expected, ShiftGroup request, GateKeeper gates, Caller caller)
    {
        if (!draft.Before.Revision.Groups.TryGetValue(group, out var state))
        {
            return GroupWords.Unknown(group, draft.Before.Revision.Groups.Keys);
        }

        if (IfMatch.Stale(expected, draft.Before) is { } stale)
        {
            return stale;
        }

        if (draft.Frozen)
        {
            return Refusal.Conflict(
                $"Frozen until {draft.State.FrozenUntil:u}",
                "Until then nothing climbs or flips. Wait, or unfreeze first (hub unfreeze). Rollback works: hub group rollback "
                + group);
        }

        var next = state with { Share = share, RolledBack = false };
        if (next == state)
        {
            return ImmutableArray<string>.Empty;
        }

        // Lowering is never gated.
        var held = share > state.Share ? gates.Of(draft.Before, group, share) : [];
        if (GatedClimb.Refuse(group, held, request.Force, request.Reason) is { } refusal)
        {
            if (!request.DryRun && !refusal.Held.IsDefaultOrEmpty)
            {
                draft.Audit(caller, "gate held", group, string.Join("; ", refusal.Held.Select(gate => gate.Words)), GroupWords.Of(state), null);
            }

            return refusal;
        }

        if (!request.DryRun)
        {
            draft.SetGroup(group, next, caller, request.Reason);
            draft.Audit(caller, "group shift", group, request.Reason, GroupWords.Of(state), GroupWords.Of(next) + GatedClimb.Forced(held));
            StoredPlan.End(draft, group, caller, "shifted by hand");
        }

        return ImmutableArray.Create($"{group}: {GroupWords.Of(state)} → {GroupWords.Of(next)}");
    }
}
