using Hub.Control.Access;
using Hub.Control.Groups;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Plans;

/// <summary><c>hub group shift G --plan 1,5,25</c>: begins a plan in place of the group's last one; <c>hub group plan G</c> shows and ends it.</summary>
internal static class PlanGroupEndpoint
{
    private const int MostSteps = 100;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/groups/{group}/plan", Start).Allow(Role.Operator);
        app.MapGet("/api/groups/{group}/plan", Show).Allow(Role.Viewer);
        app.MapDelete("/api/groups/{group}/plan", End).Allow(Role.Operator);
    }

    private static async Task<Results<Ok<PlanView>, ProblemHttpResult>> Start(
        string group, StartPlan request, RevisionLog revisions, PlanRunner runner, HttpContext http, Caller caller)
    {
        var expected = IfMatch.Read(http);
        if ((expected.Refusal ?? Check(request)) is { } wrong)
        {
            return wrong.ToProblem();
        }

        var (outcome, wanted) = await revisions.ChangeAsync<StoredPlan>(draft => Decide(draft, group, expected.Value, request, caller));
        if (outcome.Refusal is { } refusal)
        {
            return refusal.ToProblem();
        }

        IfMatch.SetETag(http, wanted.Revision.Id);
        var plan = outcome.Value;
        return TypedResults.Ok(runner.View(group) is { } view && view.StartedAt == plan.StartedAt ? view : new PlanView(
            group, request.Steps, GroupWords.Percent(plan.Share), plan.Next is { } next ? GroupWords.Percent(next) : null, 0, plan.Requests, 0, plan.Orders,
            plan.AnyTime, plan.By, plan.Reason, plan.StartedAt, plan.StepAt, "it begins within a second"));
    }

    private static Outcome<StoredPlan> Decide(RevisionDraft draft, string group, RevisionId expected, StartPlan request, Caller caller)
    {
        if (!draft.Before.Revision.Groups.TryGetValue(group, out var state))
        {
            return GroupWords.Unknown(group, draft.Before.Revision.Groups.Keys);
        }

        if (IfMatch.Stale(expected, draft.Before) is { } stale)
        {
            return stale;
        }

        var plan = new StoredPlan(
            [.. request.Steps.Select(step => (int)(step * 100))], request.Requests, request.Orders, request.AnyTime, caller.Name, request.Reason,
            draft.Now, draft.Now, state.Share);
        if (plan.Next is null)
        {
            return Refusal.Bad("The plan has no step that is higher", $"{group} stands at {GroupWords.Of(state)}. A plan climbs; to lower a share: hub group shift {group} --share S");
        }

        if (state.RolledBack)
        {
            // A person who begins a plan has seen the rollback, as one who shifts has.
            draft.SetGroup(group, state with { RolledBack = false }, caller, request.Reason);
        }

        StoredPlan.End(draft, group, caller, "another plan takes its place");
        plan.Write(draft.Connection, group);
        draft.Audit(caller, "plan start", group, request.Reason, GroupWords.Of(state), string.Join(", ", request.Steps.Select(step => $"{step:0.##} %")));
        return plan;
    }

    private static Refusal? Check(StartPlan request)
    {
        if (request.Steps.IsDefaultOrEmpty || request.Steps.Length > MostSteps
            || request.Steps.Any(step => step is <= 0 or > 100 || step * 100 != decimal.Truncate(step * 100))
            || !request.Steps.SequenceEqual(request.Steps.Distinct().Order()))
        {
            return Refusal.Bad("A plan's steps are shares that rise", "Write 1 to 100 of them, above 0 to 100 per cent, each higher than the last: 1,5,25,50,100");
        }

        return request.Requests < 0 || request.Orders < 0 || request.Requests + request.Orders == 0
            ? Refusal.Bad("A plan climbs by what was seen", "Say how many requests or orders New must have had at a step: --per-step \"2000 requests, 50 orders\"")
            : null;
    }

    private static Results<Ok<PlanView>, ProblemHttpResult> Show(string group, RevisionLog revisions, PlanRunner runner) =>
        !revisions.Current.Revision.Groups.ContainsKey(group) ? GroupWords.Unknown(group, revisions.Current.Revision.Groups.Keys).ToProblem()
        : runner.View(group) is { } view ? TypedResults.Ok(view)
        : None(group).ToProblem();

    private static async Task<Results<NoContent, ProblemHttpResult>> End(string group, RevisionLog revisions, Caller caller)
    {
        var (outcome, _) = await revisions.ChangeAsync<bool>(draft =>
        {
            var stands = StoredPlan.Read(draft.Connection, group) is not null;
            StoredPlan.End(draft, group, caller, "ended by hand");
            return stands ? true : None(group);
        });
        return outcome.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private static Refusal None(string group) => Refusal.NotFound(
        $"{group} has no plan", $"To begin one: hub group shift {group} --plan 1,5,25,50,100 --per-step \"2000 requests\"");
}
