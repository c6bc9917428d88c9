using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Xref;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public ListCommand(CommandContext context)
        : base(context, "list", "Which connectors have rows in which tables, and how many parked orders wait for one.", "hub xref list")
    {
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var tables = await control.Api.GetReferenceTablesAsync(cancellationToken);
        _output.Write(parsed, tables, ReferenceTable.Of(tables).WriteTo);
        return CommandLine.Done;
    }
}
