using System.CommandLine;
using Hub.Cli.Features;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Group;

/// <summary>Rollback works without control: it then goes to the planes of the folder by their own sockets (SAFETY.md 12, 13).</summary>
internal sealed class RollbackCommand : HubCommand
{
    // A control that hangs must not hold up a rollback; with --wait it may take a lease (5 s) longer.
    private static readonly TimeSpan ControlAnswersWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ControlWaitsWithin = TimeSpan.FromSeconds(15);

    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly FlipFeature _flip;
    private readonly WaitFeature _wait;
    private readonly Argument<string> _group;
    private readonly Option<bool> _all;
    private readonly Option<bool> _evacuate;
    private readonly Option<string> _plane;

    public RollbackCommand(CommandContext context)
        : base(context, "rollback", "Send a group to legacy, at the next request. Never refused; needs no control.",
            "hub group rollback catalog", "hub group rollback --all --evacuate --reason \"New's checkout fails\"",
            "hub group rollback catalog --plane hub-data/gw-1")
    {
        _group = Word("GROUP", "The group's name; or --all.", optional: true);
        _all = Flag<bool>("--all", "Every group.");
        _evacuate = Flag<bool>("--evacuate", "Carry customers with a claim of New back as well (else they stay while New is healthy).");
        _plane = Flag<string>("--plane", "Go to the gateway plane of this folder directly; control is not asked.", "DIR");
        _flip = Enable(new FlipFeature(context));
        _wait = Enable(new WaitFeature());
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var group = parsed.GetValue(_group);
        if (group is null != parsed.GetValue(_all))
        {
            throw new UsageException(group is null ? "Name a group, or --all for every group." : "Either a group or --all, not both.");
        }

        if (parsed.GetValue(_plane) is { } plane)
        {
            return await OnPlanesAsync(parsed, group, [Context.FullPath(plane)], cancellationToken);
        }

        try
        {
            using var control = _connection.Connect(
                parsed, _wait.Wanted(parsed) ? ControlWaitsWithin : ControlAnswersWithin);
            return await OnControlAsync(parsed, control, group, cancellationToken);
        }
        catch (ControlUnreachableException e) when (PlaneSocket.FoldersIn(_connection.Folder(parsed)) is { Length: > 0 } planes)
        {
            // The one failure that is no end: the planes themselves can be told.
            Context.Error.WriteLine($"hub: {e.Message}");
            Context.Error.WriteLine("hub: rolling back on the planes themselves.");
            return await OnPlanesAsync(parsed, group, planes, cancellationToken);
        }
    }

    private async Task<int> OnControlAsync(
        ParseResult parsed, ControlConnection control, string? group, CancellationToken cancellationToken)
    {
        var request = new RollbackGroup(
            parsed.GetValue(_evacuate), _flip.Reason(parsed), _flip.DryRun(parsed), _wait.Wanted(parsed));
        var result = group is null
            ? await control.Api.RollbackAllAsync(request, cancellationToken)
            : await control.Api.RollbackGroupAsync(group, request, cancellationToken);
        _output.Write(parsed, result, output => FlipFeature.Write(output, result));
        return _flip.Outcome(result, request.Wait);
    }

    private async Task<int> OnPlanesAsync(
        ParseResult parsed, string? group, IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        if (_flip.DryRun(parsed))
        {
            throw new UsageException("--dry-run needs control: a plane only does.");
        }

        var outcomes = new List<PlaneRollbackOutcome>();
        foreach (var folder in folders)
        {
            outcomes.Add(await PlaneSocket.RollbackAsync(
                folder, group, parsed.GetValue(_evacuate), _flip.Reason(parsed), cancellationToken));
        }

        _output.Write(parsed, outcomes, output =>
        {
            foreach (var outcome in outcomes)
            {
                output.WriteLine($"{outcome.Plane}: {outcome.Words}");
            }
        });
        return outcomes.TrueForAll(outcome => outcome.RolledBack) ? CommandLine.Done : CommandLine.Failed;
    }
}
