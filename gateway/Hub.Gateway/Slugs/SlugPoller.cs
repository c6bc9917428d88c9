using System.Net;
using Hub.Gateway.Documents;
using Hub.Placement.Config;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Refit;

namespace Hub.Gateway.Slugs;

/// <summary>
/// Keeps the slug tables of the document in force: from this plane's disk at the start, then by asking control, which
/// forwards to the migration plane, each second whether anything changed.
/// </summary>
/// <remarks>Nothing waits for it: a slug that is not in the table yet goes to legacy, as all did before.</remarks>
internal sealed partial class SlugPoller(
    ControlCalls calls, SlugTables tables, GatewayState state, GatewayOptions options, TimeProvider time, ILogger<SlugPoller> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A table of a million slugs is some 70 MB on the wire.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>How far the copy on disk stays behind at most, where little changes.</summary>
    private static readonly TimeSpan CopyEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Followed> _followed = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Brings all tables of the document in force up to date.</summary>
    internal async Task PollAsync(CancellationToken cancellationToken)
    {
        var wanted = state.Model?.Document.Hub.Slugs;
        if (wanted is not null && (wanted.Count > 0 || _followed.Count > 0))
        {
            tables.Wanted = [.. wanted.Keys];
            foreach (var gone in _followed.Keys.Except(wanted.Keys, StringComparer.OrdinalIgnoreCase).ToList())
            {
                _followed.Remove(gone);
                tables.Slot(gone).Table = null;
            }

            await Task.WhenAll(wanted.Select(table => FollowAsync(table.Key, table.Value, cancellationToken)));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            do
            {
                await PollAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The plane stops.
        }
    }

    private async Task FollowAsync(string name, SlugTableConfig config, CancellationToken cancellationToken)
    {
        var slot = tables.Slot(name);
        if (_followed.GetValueOrDefault(name) is not { } followed || followed.IgnoreCase != config.IgnoreCase)
        {
            followed = new Followed(config.IgnoreCase, new SlugCopy(options.Folder, name, config.IgnoreCase));
            _followed[name] = followed;
            slot.Table = await followed.Copy.ReadAsync(cancellationToken);
            slot.Standing = new SlugStanding(null, null);
            followed.Written = slot.Table?.Position;
        }

        string? problem;
        try
        {
            problem = await AskAsync(name, slot, followed, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is HttpRequestException or IOException or OperationCanceledException or InvalidDataException or ApiException)
        {
            problem = e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : e.Message;
        }

        if (problem is not null && slot.Standing.Problem != problem)
        {
            LogNotHeard(logger, name, problem);
        }

        slot.Standing = problem is null ? new SlugStanding(time.GetUtcNow(), null) : slot.Standing with { Problem = problem };
    }

    /// <returns>Why the table can't be told to be up to date.</returns>
    private async Task<string?> AskAsync(string name, SlugSlot slot, Followed followed, CancellationToken cancellationToken)
    {
        if (calls.Api is not { } control)
        {
            return "control is out of reach";
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var answer = await control.GetSlugsAsync(name, slot.Table?.Position, either.Token);
        if (answer.StatusCode == HttpStatusCode.NoContent)
        {
            Keep(slot, followed, changedMuch: false);
            return null;
        }

        if (!answer.IsSuccessStatusCode)
        {
            return $"it can't be asked for: {(int)answer.StatusCode} {await WhyAsync(answer, either.Token)}";
        }

        await using var lines = await answer.Content.ReadAsStreamAsync(either.Token);
        var before = slot.Table;
        var table = await SlugLines.ReadAsync(lines, before, followed.IgnoreCase, either.Token);
        slot.Table = table;
        LogTaken(logger, name, table.Count, table.Position);
        Keep(slot, followed, changedMuch: before is null || table.Changes < before.Changes);
        return null;
    }

    private void Keep(SlugSlot slot, Followed followed, bool changedMuch)
    {
        var now = time.GetUtcNow();
        if (slot.Table is not { } table || followed.Written == table.Position || (!changedMuch && now - followed.WrittenAt < CopyEvery))
        {
            return;
        }

        followed.WrittenAt = now;
        try
        {
            followed.Copy.Write(table);
            followed.Written = table.Position;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, e.Message);
        }
    }

    // The title of a problem, where it is one.
    private static async Task<string> WhyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var problem = System.Text.Json.JsonDocument.Parse(text);
            return $"{problem.RootElement.GetProperty("title").GetString()}. {problem.RootElement.GetProperty("detail").GetString()}";
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "";
        }
    }

    [LoggerMessage(70, LogLevel.Information, "The slug table {Table} holds {Count} slugs and stands at {Position}.")]
    private static partial void LogTaken(ILogger logger, string table, int count, string position);

    [LoggerMessage(71, LogLevel.Warning, "The slug table {Table} is not up to date: {Reason}. Slugs that are not in it go to legacy.")]
    private static partial void LogNotHeard(ILogger logger, string table, string reason);

    [LoggerMessage(72, LogLevel.Warning, "A slug table's copy is not on the disk: {Reason}. It would be asked for whole after a restart.")]
    private static partial void LogNotKept(ILogger logger, string reason);

    private sealed class Followed(bool ignoreCase, SlugCopy copy)
    {
        public bool IgnoreCase { get; } = ignoreCase;

        public SlugCopy Copy { get; } = copy;

        /// <summary>The position that the copy on disk stands at.</summary>
        public string? Written { get; set; }

        public DateTimeOffset WrittenAt { get; set; }
    }
}
