using System.Text.Json;
using Refit;

namespace Hub.Connectors.Tryton;

/// <summary>Tryton as it speaks: JSON-RPC, all of it posted to the database's address. The answer's status says nothing about business.</summary>
internal interface ITrytonApi
{
    /// <param name="call">Of <see cref="TrytonJson.Call"/>.</param>
    /// <returns><c>{"id":1,"result":…}</c> or <c>{"id":1,"error":[…]}</c>.</returns>
    [Post("/")]
    Task<JsonElement> PostAsync([Body] HttpContent call, CancellationToken cancellationToken);
}
