namespace MLPipeline.Onnx.Drawing.Layout;

/// <summary>A place in a layered drawing: a box, or the bend of an edge that passes through a layer.</summary>
/// <param name="width">In pixels; 0 for a bend.</param>
/// <param name="height">In pixels; a bend is as high as its layer.</param>
internal sealed class Spot(double width, double height)
{
    /// <summary>In pixels.</summary>
    public double Width { get; } = width;

    /// <summary>In pixels.</summary>
    public double Height { get; set; } = height;

    /// <summary>Whether an edge bends here.</summary>
    public bool IsBend => Width == 0;

    /// <summary>Counted from the top.</summary>
    public int Layer { get; set; }

    /// <summary>The column of the page it is in, counted from the left.</summary>
    public int Column { get; set; }

    /// <summary>The middle, across.</summary>
    public double X { get; set; }

    /// <summary>The upper edge.</summary>
    public double Y { get; set; }

    /// <summary>The spots above that lead here, one layer up.</summary>
    public List<Spot> Above { get; } = [];

    /// <summary>The spots below it leads to, one layer down.</summary>
    public List<Spot> Below { get; } = [];
}
