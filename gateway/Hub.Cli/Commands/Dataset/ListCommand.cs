using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Dataset;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public ListCommand(CommandContext context)
        : base(context, "list", "All datasets: owner, state and how far behind the source they are.", "hub dataset list")
    {
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var datasets = await control.Api.GetDatasetsAsync(cancellationToken);
        _output.Write(parsed, datasets, DatasetTable.Of(datasets, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
