using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Gates;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Control.Documents;

/// <summary>
/// Applies <see cref="ControlOptions.DocumentFile"/> at the start and when it changes. A wrong one leaves the last good one
/// in force; what is wrong is told in the log and by <c>hub status</c>.
/// </summary>
internal sealed partial class FollowFile(
    ControlOptions options, RevisionLog revisions, GateKeeper gates, TimeProvider time, ILogger<FollowFile> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private volatile string? _problem;

    public ImmutableArray<string> Problems => _problem is { } problem ? [problem] : [];

    /// <summary>The first time before the listeners open: a plane that connects finds it.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.DocumentFile is { } file)
        {
            await ApplyAsync(file);
            await base.StartAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var file = options.DocumentFile!;
        var seen = Mark(file);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Look, time, stoppingToken);
            var mark = Mark(file);
            // While it is refused (frozen, or written half) it is tried again.
            if (mark != seen || _problem is not null)
            {
                seen = mark;
                await ApplyAsync(file);
            }
        }
    }

    private static (DateTime, long) Mark(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
    }

    private async Task ApplyAsync(string file)
    {
        string? problem;
        try
        {
            var request = new ApplyDocument(await File.ReadAllTextAsync(file), Path.GetFileName(file), "the file of hub run");
            var outcome = await ApplyDocumentEndpoint.ApplyAsync(revisions, gates, request, null, new Caller("hub run", Role.Admin, file));
            problem = outcome.Refusal is { } refusal ? $"{file} is not applied: {refusal.Title}: {refusal.Detail}" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{file} is not applied: {e.Message}";
        }

        if (problem is not null && problem != _problem)
        {
            NotApplied(problem);
        }

        _problem = problem;
    }

    [LoggerMessage(1, LogLevel.Error, "{Problem}; the last good document stays in force")]
    private partial void NotApplied(string problem);
}
