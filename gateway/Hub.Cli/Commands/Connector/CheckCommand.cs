using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Connector;

internal sealed class CheckCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _connector;

    public CheckCommand(CommandContext context)
        : base(context, "check", "Read something harmless at the vendor and say what is wrong: secrets, address, permission, missing rows. 1 where something is.", "hub connector check erp")
    {
        _connector = Word("CONNECTOR", "The connector's name.");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var check = await control.Api.CheckConnectorAsync(parsed.GetRequiredValue(_connector), cancellationToken);
        _output.Write(parsed, check, output =>
        {
            var table = new TextTable("WHAT", "STATE", "SAID");
            foreach (var part in check.Parts)
            {
                table.Add(part.What, part.State, part.Said);
            }

            table.WriteTo(output);
        });
        return check.Good ? CommandLine.Done : CommandLine.Failed;
    }
}
