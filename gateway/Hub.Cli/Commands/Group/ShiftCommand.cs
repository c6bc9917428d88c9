using System.CommandLine;
using Hub.Cli.Features;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Group;

internal sealed class ShiftCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly FlipFeature _flip;
    private readonly WaitFeature _wait;
    private readonly Argument<string> _group;
    private readonly Option<decimal> _share;

    public ShiftCommand(CommandContext context)
        : base(context, "shift", "Set the share of customers whose reads of a group go to New.",
            "hub group shift catalog --share 25 --wait --reason \"first quarter\"")
    {
        _group = Word("GROUP", "The group's name.");
        _share = Flag<decimal>("--share", "Per cent, 0 to 100 with at most two decimals.", "PERCENT");
        _share.Required = true;
        _flip = Enable(new FlipFeature(context));
        _wait = Enable(new WaitFeature());
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var share = parsed.GetRequiredValue(_share);
        if (share is < 0 or > 100 || decimal.Round(share, 2) != share)
        {
            throw new UsageException($"--share {share} is no share: write 0 to 100 with at most two decimals, without a sign behind it.");
        }

        using var control = _connection.Connect(parsed);
        var name = parsed.GetRequiredValue(_group);
        var wait = _wait.Wanted(parsed);

        // If-Match: what is shifted is what stands now; a flip that lands in between refuses this one.
        var group = await control.Api.GetGroupAsync(name, cancellationToken);
        var result = await control.Api.ShiftGroupAsync(
            name, new ShiftGroup(share, _flip.Reason(parsed), _flip.DryRun(parsed), wait), $"\"{group.Revision}\"",
            cancellationToken);
        _output.Write(parsed, result, output => FlipFeature.Write(output, result));
        return _flip.Outcome(result, wait);
    }
}
