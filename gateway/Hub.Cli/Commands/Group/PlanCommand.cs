using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Group;

internal sealed class PlanCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _group;
    private readonly Option<bool> _end;

    public PlanCommand(CommandContext context)
        : base(context, "plan", "A group's plan: where it stands, what was seen at this step, what it waits for.",
            "hub group plan catalog", "hub group plan catalog --end")
    {
        _group = Word("GROUP", "The group's name.");
        _end = Flag<bool>("--end", "End it; the share stays where it is.");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var group = parsed.GetRequiredValue(_group);
        if (parsed.GetValue(_end))
        {
            await control.Api.EndPlanAsync(group, cancellationToken);
            _output.Write(parsed, new { group, ended = true }, output => output.WriteLine($"the plan of {group} is ended; its share stays"));
            return CommandLine.Done;
        }

        var plan = await control.Api.GetPlanAsync(group, cancellationToken);
        _output.Write(parsed, plan, output => PlanFields.Write(output, plan, Context.Time));
        return CommandLine.Done;
    }
}
