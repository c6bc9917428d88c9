using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Cli.Commands.Consumer;

internal sealed class KeyCommand(CommandContext context)
    : HubCommand(context, "key", "Draw an API key. The key goes to the consumer; its hash to where Hub.Consumers.NAME.KeyHashes points.",
        "hub consumer key")
{
    protected override Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        Context.Output.WriteLine($"key   {key}");
        Context.Output.WriteLine($"hash  {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}");
        Context.Error.WriteLine("hub: the key is shown only now, and kept nowhere.");
        return Task.FromResult(CommandLine.Done);
    }
}
