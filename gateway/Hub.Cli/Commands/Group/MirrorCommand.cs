using System.CommandLine;
using Hub.Cli.Features;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Group;

internal sealed class MirrorCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly FlipFeature _flip;
    private readonly WaitFeature _wait;
    private readonly Argument<string> _group;
    private readonly Argument<string> _state;

    public MirrorCommand(CommandContext context)
        : base(context, "mirror", "Send copies of a group's requests to the other side, and compare the answers.",
            "hub group mirror catalog on --reason \"before the first share\"", "hub group mirror catalog off")
    {
        _group = Word("GROUP", "The group's name.");
        _state = Word("on|off", "Off is always allowed. Turning it on begins its readiness anew.");
        _state.AcceptOnlyFromAmong("on", "off");
        _flip = Enable(new FlipFeature(context));
        _wait = Enable(new WaitFeature());
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var name = parsed.GetRequiredValue(_group);
        var request = new MirrorGroup(
            parsed.GetRequiredValue(_state) == "on", _flip.Reason(parsed), _flip.DryRun(parsed), _wait.Wanted(parsed));
        var revision = request.On ? $"\"{(await control.Api.GetGroupAsync(name, cancellationToken)).Revision}\"" : null;
        var result = await control.Api.MirrorGroupAsync(name, request, revision, cancellationToken);
        _output.Write(parsed, result, output => FlipFeature.Write(output, result));
        return _flip.Outcome(result, request.Wait);
    }
}
