using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Channel;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public ListCommand(CommandContext context)
        : base(context, "list", "Who books which channel's orders, since when, and what is to change.", "hub channel list")
    {
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var channels = await control.Api.GetChannelsAsync(cancellationToken);
        _output.Write(parsed, channels, output =>
        {
            var table = new TextTable("CHANNEL", "MODE", "BOOKED BY", "SINCE", "NEXT", "INTAKE", "OLD REFERENCE");
            foreach (var channel in channels)
            {
                table.Add(
                    channel.Channel, channel.Mode, channel.Owner, Words.Time(channel.Since, Context.Time), channel.Next, Words.Time(channel.Intake, Context.Time), channel.OldReference);
            }

            table.WriteTo(output);
        });
        return CommandLine.Done;
    }
}
