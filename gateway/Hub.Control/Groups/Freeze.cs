using Hub.Control.Access;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Groups;

/// <summary><c>hub freeze --until T</c> and <c>hub unfreeze</c>: until then nothing climbs, flips or completes; rollback works (SAFETY.md 14).</summary>
internal static class FreezeEndpoint
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut("/api/freeze", Freeze).Allow(Role.Operator);
        app.MapDelete("/api/freeze", Unfreeze).Allow(Role.Operator);
    }

    private static async Task<Results<Ok<FreezeView>, ProblemHttpResult>> Freeze(
        FreezeRequest request, RevisionLog revisions, HttpContext http, Caller caller) =>
        await SetAsync(revisions, request.Until.ToUniversalTime(), "freeze", request.Reason, caller, http);

    private static async Task<Results<Ok<FreezeView>, ProblemHttpResult>> Unfreeze(
        RevisionLog revisions, HttpContext http, Caller caller) =>
        await SetAsync(revisions, null, "unfreeze", null, caller, http);

    private static async Task<Results<Ok<FreezeView>, ProblemHttpResult>> SetAsync(
        RevisionLog revisions, DateTimeOffset? until, string action, string? reason, Caller caller, HttpContext http)
    {
        var (outcome, wanted) = await revisions.ChangeAsync<bool>(draft =>
        {
            if (until <= draft.Now)
            {
                return Refusal.Bad("The freeze would be over already", $"{until:u} is not after now, {draft.Now:u}. Name a later time.");
            }

            if (until != draft.State.FrozenUntil)
            {
                var before = draft.State.FrozenUntil;
                draft.SetFreeze(until);
                draft.Audit(caller, action, "all", reason, Word(before), Word(until));
            }

            return true;
        });
        if (outcome.Refusal is { } refusal)
        {
            return refusal.ToProblem();
        }

        IfMatch.SetETag(http, wanted.Revision.Id);
        return TypedResults.Ok(new FreezeView(wanted.Revision.FrozenUntil, wanted.Revision.Id));
    }

    private static string Word(DateTimeOffset? until) => until is null ? "not frozen" : $"frozen until {until:u}";
}
