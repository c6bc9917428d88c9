namespace Hub.Town.Services.Cart;

/// <param name="UnitPrice">What it cost when it was put in.</param>
internal sealed record CartLine(long ProductId, string Sku, string Name, int Quantity, decimal UnitPrice);

internal sealed record CartItem(IReadOnlyList<CartLine> Lines)
{
    public decimal Total => Lines.Sum(line => line.Quantity * line.UnitPrice);
}

internal sealed record AddLine(long ProductId, int Quantity);

internal sealed record SetQuantity(int Quantity);

/// <summary>Take all lines out of a cart. The same id again gives what the first one took.</summary>
internal sealed record TakeLines(string Id);

/// <summary>Put lines into a cart, to those that are there. The same id again changes nothing.</summary>
internal sealed record MergeLines(string Id, IReadOnlyList<CartLine> Lines);
