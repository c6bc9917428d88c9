using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Group;

internal sealed class ShiftCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly FlipFeature _flip;
    private readonly WaitFeature _wait;
    private readonly Argument<string> _group;
    private readonly Option<decimal?> _share;
    private readonly Option<string> _plan;
    private readonly Option<string> _perStep;
    private readonly Option<bool> _anyTime;
    private readonly Option<bool> _force;

    public ShiftCommand(CommandContext context)
        : base(context, "shift", "Set the share of customers whose reads of a group go to New.",
            "hub group shift catalog --share 25 --wait --reason \"first quarter\"",
            "hub group shift catalog --plan 1,5,25,50,100 --per-step \"2000 requests, 50 orders\"")
    {
        _group = Word("GROUP", "The group's name.");
        _share = Flag<decimal?>("--share", "Per cent, 0 to 100 with at most two decimals.", "PERCENT");
        _plan = Flag<string>("--plan", "In place of --share: climb by these shares, as samples come, gates are open and people are at work.", "STEPS");
        _perStep = Flag<string>("--per-step", "With --plan: what New must have had at a step before the next.", "COUNTS");
        _anyTime = Flag<bool>("--any-time", "With --plan: outside of working hours too.");
        _force = Flag<bool>("--force", "Past gates that are held; needs --reason, which stays in the audit trail.");
        _flip = Enable(new FlipFeature(context));
        _wait = Enable(new WaitFeature());
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_plan) is { } plan)
        {
            return await PlanAsync(parsed, plan, cancellationToken);
        }

        if (parsed.GetValue(_perStep) is not null || parsed.GetValue(_anyTime))
        {
            throw new UsageException("--per-step and --any-time belong to --plan.");
        }

        var share = parsed.GetValue(_share) ?? throw new UsageException("--share is missing: say how far, --share 25, or --plan 1,5,25,50,100 --per-step \"2000 requests\".");
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
            name, new ShiftGroup(share, _flip.Reason(parsed), _flip.DryRun(parsed), wait, parsed.GetValue(_force)), $"\"{group.Revision}\"",
            cancellationToken);
        _output.Write(parsed, result, output => FlipFeature.Write(output, result));
        return _flip.Outcome(result, wait);
    }

    private async Task<int> PlanAsync(ParseResult parsed, string plan, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_share) is not null || parsed.GetValue(_force) || _flip.DryRun(parsed))
        {
            throw new UsageException("--plan goes with --per-step, --any-time and --reason only: each of its steps is gated when it comes.");
        }

        var steps = plan.Split(',', StringSplitOptions.TrimEntries)
            .Select(step => decimal.TryParse(step, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
                ? share
                : throw new UsageException($"--plan {plan} is no list of shares. Write 1,5,25,50,100."))
            .ToImmutableArray();
        var (requests, orders) = PerStep.Parse(parsed.GetValue(_perStep)
            ?? throw new UsageException("Say what New must have had at a step: --per-step \"2000 requests, 50 orders\"."));
        using var control = _connection.Connect(parsed);
        var name = parsed.GetRequiredValue(_group);
        var group = await control.Api.GetGroupAsync(name, cancellationToken);
        var begun = await control.Api.StartPlanAsync(
            name, new StartPlan(steps, requests, orders, parsed.GetValue(_anyTime), _flip.Reason(parsed)), $"\"{group.Revision}\"", cancellationToken);
        _output.Write(parsed, begun, output => PlanFields.Write(output, begun, Context.Time));
        return CommandLine.Done;
    }
}
