using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Group;

internal sealed class ShowCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _group;

    public ShowCommand(CommandContext context)
        : base(context, "show", "One group: its routes, where it stands, who serves it, its plan and gates, and what both sides did in the last quarter of an hour.", "hub group show catalog")
    {
        _group = Word("GROUP", "The group's name.");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var group = await control.Api.GetGroupAsync(parsed.GetRequiredValue(_group), cancellationToken);
        _output.Write(parsed, group, output =>
        {
            Write(output, group);
            if (group.Plan is { } plan)
            {
                output.WriteLine();
                PlanFields.Write(output, plan, Context.Time);
            }

            if (group.Gates is { Length: > 0 } gates)
            {
                output.WriteLine();
                GateTable.Write(output, gates);
            }

            FigureTable.Write(output, group.Figures ?? []);
        });
        return CommandLine.Done;
    }

    private void Write(TextWriter output, GroupView group) =>
        new Fields
        {
            { "group", group.Name },
            { "share", Words.Share(group.Share) },
            { "state", GroupTable.State(group) },
            { "mirrored", group.Mirrored ? "yes" : "no" },
            { "new", group.New },
            { "routes", Words.List(group.Routes) },
            { "revision", group.Revision.ToString() },
            { "serving", Words.Serving(group.Serving) },
            { "silent", Words.List(group.Serving.Silent) },
            { "changed", Words.Time(group.ChangedAt, Context.Time) },
            { "by", group.ChangedBy },
            { "reason", group.Reason },
        }.WriteTo(output);
}
