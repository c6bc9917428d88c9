using System.Text;
using Rebus.Messages;
using Rebus.Serialization;

namespace Hub.Bus.Rebus;

/// <summary>What came, unread: whoever takes it in says what is wrong with it.</summary>
internal sealed record RawMessage(string Text);

/// <summary>Text as it is, so that senders need no .NET type of ours, and what can't be read gets to the dead letters and not to Rebus's error queue.</summary>
internal sealed class RawSerializer : ISerializer
{
    public const string Kind = "hub-kind";

    public Task<TransportMessage> Serialize(Message message)
    {
        var headers = new Dictionary<string, string>(message.Headers) { [Headers.ContentType] = "application/json;charset=utf-8" };
        return Task.FromResult(new TransportMessage(headers, Encoding.UTF8.GetBytes(((RawMessage)message.Body).Text)));
    }

    public Task<Message> Deserialize(TransportMessage transportMessage) => Task.FromResult(
        new Message(transportMessage.Headers, new RawMessage(Encoding.UTF8.GetString(transportMessage.Body))));
}
