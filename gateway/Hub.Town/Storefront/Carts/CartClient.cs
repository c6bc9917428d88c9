using System.Net;
using System.Net.Http.Json;
using Hub.Town.Services.Cart;

namespace Hub.Town.Storefront.Carts;

/// <summary>The cart service, as the storefront asks it.</summary>
internal sealed class CartClient(HttpClient http)
{
    public async Task<CartItem> Read(string cart, CancellationToken cancellation) =>
        (await http.GetFromJsonAsync<CartItem>(At(cart), cancellation))!;

    /// <returns>The cart afterwards; null where there is no such product or the quantity is none.</returns>
    public async Task<CartItem?> Add(string cart, AddLine line, CancellationToken cancellation)
    {
        using var answer = await http.PostAsJsonAsync(At(cart, "/lines"), line, cancellation);
        return answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest
            ? null
            : await Answer(answer, cancellation);
    }

    /// <summary>A quantity of 0 removes the line.</summary>
    public async Task<CartItem> Set(string cart, long product, int quantity, CancellationToken cancellation)
    {
        using var answer = await http.PutAsJsonAsync(At(cart, $"/lines/{product}"), new SetQuantity(quantity), cancellation);
        return await Answer(answer, cancellation);
    }

    /// <summary>Gives each line the price that its product has now.</summary>
    public async Task<CartItem> Reprice(string cart, CancellationToken cancellation)
    {
        using var answer = await http.PostAsync(At(cart, "/reprice"), null, cancellation);
        return await Answer(answer, cancellation);
    }

    /// <inheritdoc cref="TakeLines"/>
    public async Task<CartItem> Take(string cart, string id, CancellationToken cancellation)
    {
        using var answer = await http.PostAsJsonAsync(At(cart, "/take"), new TakeLines(id), cancellation);
        return await Answer(answer, cancellation);
    }

    /// <inheritdoc cref="MergeLines"/>
    public async Task<CartItem> Merge(string cart, MergeLines lines, CancellationToken cancellation)
    {
        using var answer = await http.PostAsJsonAsync(At(cart, "/merge"), lines, cancellation);
        return await Answer(answer, cancellation);
    }

    private static Uri At(string cart, string rest = "") => new($"carts/{Uri.EscapeDataString(cart)}{rest}", UriKind.Relative);

    private static async Task<CartItem> Answer(HttpResponseMessage answer, CancellationToken cancellation) =>
        (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<CartItem>(cancellation))!;
}
