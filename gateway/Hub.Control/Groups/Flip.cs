using System.Collections.Immutable;
using Hub.Control.Caches;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hub.Control.Groups;

/// <summary>The answer to a flip: at once, or when it holds (SAFETY.md 11).</summary>
internal sealed class Flip(PlaneRegistry planes, Purger purger, ControlOptions options)
{
    public async Task<Results<Ok<FlipResult>, ProblemHttpResult>> AnswerAsync(
        Outcome<ImmutableArray<string>> outcome, Wanted wanted, bool dryRun, bool wait, HttpContext http)
    {
        if (outcome.Refusal is { } refusal)
        {
            return refusal.ToProblem();
        }

        var revision = wanted.Revision.Id;
        var waits = wait && !dryRun;
        var (acknowledged, serving) = waits
            ? await planes.WaitAsync(revision, options.WaitAtMost, http.RequestAborted)
            : (false, planes.Serving(revision));
        var purge = waits ? await purger.WaitAsync(wanted, options.WaitAtMost, http.RequestAborted) : null;
        IfMatch.SetETag(http, revision);
        return TypedResults.Ok(new FlipResult(revision, dryRun, outcome.Value, acknowledged, serving, purge));
    }
}
