using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Group;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public ListCommand(CommandContext context)
        : base(context, "list", "All groups: share, state, and by how many gateway planes they are served.", "hub group list")
    {
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var groups = await control.Api.GetGroupsAsync(cancellationToken);
        _output.Write(parsed, groups, GroupTable.Of(groups, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
