using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Hub.Control.Protocol;
using Microsoft.Extensions.Logging;
using Refit;

namespace Hub.Planes;

/// <summary>Taking a revision, and telling control what is served.</summary>
public sealed partial class PlaneLink
{
    private async Task TakeAsync(Revision sent, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var held = _state.Received;
            var revision = sent.Document is null && sent.DocumentHash.Length > 0 && held?.DocumentHash == sent.DocumentHash
                ? sent with { Document = held.Document }
                : sent;
            Update(state => state with { Received = revision });
            await ApplyAsync(revision, CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    // 1. Hand it over with the plane's own rollbacks in it. 2. A document that this plane can't take must not keep a
    // rollback from it: take what is wanted of the groups under the last good document. 3. Copy to disk. 4. Let go of
    // rollbacks that the revision holds for all.
    private async Task ApplyAsync(Revision wanted, CancellationToken cancellationToken)
    {
        var taken = wanted;
        var current = _rollbacks.MergeInto(wanted);
        var problems = await _take(current, cancellationToken);
        var complete = problems.IsEmpty;
        if (!complete)
        {
            RevisionNotTaken(_options.Name, wanted.Id, string.Join("; ", problems));
            if (_state.Wanted is not { } last || last.DocumentHash == wanted.DocumentHash)
            {
                Update(state => state with { Received = state.Received ?? wanted, Problems = problems });
                return;
            }

            taken = wanted with
            {
                DocumentHash = last.DocumentHash,
                Document = last.Document,
                Groups = last.Groups.SetItems(wanted.Groups),
                Datasets = last.Datasets.SetItems(wanted.Datasets),
            };
            current = _rollbacks.MergeInto(taken);
            var again = await _take(current, cancellationToken);
            problems = problems.Add($"{_options.Name} stays with the document of revision {last.Id} until revision {wanted.Id} is corrected")
                .AddRange(again);
            if (!again.IsEmpty)
            {
                Update(state => state with { Problems = problems });
                return;
            }
        }

        Update(state => state with
        {
            Wanted = taken,
            Current = current,
            Received = state.Received ?? wanted,
            Problems = problems,
            DiskProblems = [],
        });
        Try(() => _copy.Write(taken), "the plane would serve an older revision after a restart");
        // Only now: a report may go out at any moment, and what control has heard of survives a kill.
        Update(state => state with { Serves = complete ? wanted.Id : state.Serves.Number < wanted.Id.Number ? state.Serves : RevisionId.None });
        Try(() => _rollbacks.Release(taken.AdoptedRollbacks), "rollbacks that control holds already are still kept here");
        RevisionTaken(_options.Name, wanted.Id);
    }

    private void Update(Func<LinkState, LinkState> change)
    {
        lock (_updating)
        {
            _state = change(_state);
        }
    }

    private ImmutableArray<string> ProblemsOf(LinkState state)
    {
        var problems = state.Problems.AddRange(state.DiskProblems);
        foreach (var watch in _watches)
        {
            try
            {
                problems = problems.AddRange(watch());
            }
            catch (Exception e)
            {
                problems = problems.Add($"the plane can't look after its own work: {e.Message}");
            }
        }

        return problems;
    }

    private void ReportSoon() => Volatile.Read(ref _reportNow).TrySetResult();

    private async Task ReportAsync(bool stopping, CancellationToken cancellationToken)
    {
        var sentAt = _time.GetUtcNow();
        var state = _state;
        var report = _reporters.Aggregate(
            new PlaneReport(_options.Name, state.Serves, ProblemsOf(state), _rollbacks.Pending, stopping, ApiToken),
            (report, add) => add(report));
        using var patience = new CancellationTokenSource(stopping ? PlaneTimes.Report : 2 * PlaneTimes.Report, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await Api.ReportAsync(_options.Name, report, either.Token);
            Update(now => now with { LeaseUntil = sentAt + PlaneTimes.Lease, HeardAt = _time.GetUtcNow() });
            _reachable = true;
            Try(() => _copy.Confirm(sentAt), "the age of the plane's copy is not known after a restart");
        }
        catch (ApiException e) when (e.StatusCode == HttpStatusCode.Conflict)
        {
            // Control does not know this plane: it was taken for one that stops. A stream alone would not be waited for.
            _reachable = false;
            lock (_updating)
            {
                _ = _stream?.CancelAsync();
            }
        }
        catch (Exception e) when (e is ApiException or HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The stream's loop tells why and connects again; the lease runs out by itself.
            _reachable = false;
        }
    }

    // A full disk must not keep a flip or a rollback from being served.
    private void Try(Action disk, string consequence)
    {
        try
        {
            disk();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            var problem = $"{_options.Folder} can't be used ({e.Message}): {consequence}. To do: make room, or correct its rights";
            DiskFailed(_options.Name, problem);
            Update(state => state.DiskProblems.Contains(problem)
                ? state
                : state with { DiskProblems = state.DiskProblems.Add(problem) });
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Plane} serves its copy of revision {Revision}, confirmed {Age} ago, until control answers")]
    private partial void ServesCopy(string plane, RevisionId revision, TimeSpan? age);

    [LoggerMessage(2, LogLevel.Debug, "{Plane} took revision {Revision}")]
    private partial void RevisionTaken(string plane, RevisionId revision);

    [LoggerMessage(3, LogLevel.Error, "{Plane} can't take revision {Revision} and keeps its last good one: {Problems}")]
    private partial void RevisionNotTaken(string plane, RevisionId revision, string problems);

    [LoggerMessage(4, LogLevel.Warning, "{Plane} lost control at {Control}: {Reason}; it serves what it has and connects again")]
    private partial void LinkBroken(string plane, Uri control, string reason);

    [LoggerMessage(5, LogLevel.Error, "{Plane}: {Problem}")]
    private partial void DiskFailed(string plane, string problem);
}
