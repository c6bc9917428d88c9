using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands;

internal sealed class StatusCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public StatusCommand(CommandContext context)
        : base(context, "status", "What stands where, what changed in the last hour, what is wrong, what to type next.", "hub status")
    {
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var status = await control.Api.GetStatusAsync(cancellationToken);
        _output.Write(parsed, status, output => Write(output, status));
        return CommandLine.Done;
    }

    private void Write(TextWriter output, StatusView status)
    {
        output.WriteLine($"revision {status.Revision}"
            + (status.FrozenUntil is { } until ? $", frozen until {Words.Time(until, Context.Time)}" : ""));
        Section(output, "Groups", GroupTable.Of(status.Groups, Context.Time));

        var planes = new TextTable("PLANE", "ROLE", "SERVES", "LIVE", "LAST REPORT");
        foreach (var plane in status.Planes)
        {
            planes.Add(plane.Plane, plane.Role, plane.Serves.ToString(), plane.Live ? "yes" : "no",
                Words.Time(plane.LastReport, Context.Time));
        }

        Section(output, "Planes", planes);
        Section(output, "Datasets", DatasetTable.Of(status.Datasets, Context.Time));
        Section(output, "Connectors", ConnectorTable.Of(status.Connectors, Context.Time));
        Section(output, "Last hour", AuditTable.Of(status.LastHour, Context.Time));
        Lines(output, "Wrong", status.Problems);
        Lines(output, "Next", status.Next);
    }

    private static void Section(TextWriter output, string title, TextTable table)
    {
        if (!table.IsEmpty)
        {
            output.WriteLine();
            output.WriteLine(title);
            table.WriteTo(output, "  ");
        }
    }

    private static void Lines(TextWriter output, string title, IReadOnlyCollection<string> lines)
    {
        if (lines.Count > 0)
        {
            output.WriteLine();
            output.WriteLine(title);
            foreach (var line in lines)
            {
                output.WriteLine($"  {line}");
            }
        }
    }
}
