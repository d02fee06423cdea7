using System.Buffers;
using Google.Protobuf;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization.Messages;

namespace MLPipeline.Onnx.Serialization;

/// <summary>Models to and from ONNX files. Weights are written as raw bytes inside the file.</summary>
public static class OnnxSerializer
{
    /// <summary>Protobuf cannot hold more in one message, so neither can one ONNX file.</summary>
    public const long MaxFileBytes = int.MaxValue;

    /// <summary>Writes a model. The graph is validated first; equal models give equal bytes.</summary>
    /// <exception cref="InvalidGraphException">The graph is not valid.</exception>
    /// <exception cref="NotSupportedException">The weights do not fit into one file.</exception>
    public static void Write(Model model, Stream stream)
    {
        model.Graph.Validate();
        CheckSize(model.Graph);
        ModelWriter.Message(model).WriteTo(stream);
    }

    /// <summary>The file as bytes; otherwise as <see cref="Write"/>.</summary>
    public static byte[] ToBytes(Model model)
    {
        using var stream = new MemoryStream();
        Write(model, stream);
        return stream.ToArray();
    }

    /// <summary>Writes beside <paramref name="path"/> and moves into place: nothing half-written is left behind.</summary>
    /// <exception cref="InvalidGraphException">The graph is not valid.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(Model model, string path)
    {
        var beside = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = File.Create(beside))
            {
                Write(model, stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>Reads a model from a stream's end-to-end content.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InvalidOnnxFileException">The content is not a model, or uses a part of ONNX that is not supported.</exception>
    public static Model Read(Stream stream, string source = "The stream")
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Read(memory.GetBuffer().AsMemory(0, (int)memory.Length), source);
    }

    /// <summary>Reads a model from bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InvalidOnnxFileException">The bytes are not a model, or use a part of ONNX that is not supported.</exception>
    public static Model Read(ReadOnlyMemory<byte> bytes, string source = "The data")
    {
        if (bytes.IsEmpty) throw new InvalidOnnxFileException(source, "it is empty.");
        try
        {
            var message = ModelProto.Parser.ParseFrom(new ReadOnlySequence<byte>(bytes));
            var model = new ModelReader(source).Model(message);
            model.Graph.Validate();
            return model;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidOnnxFileException(source, $"it is cut short, or is no ONNX file at all ({bytes.Length} bytes; {e.Message})", e);
        }
        catch (InvalidGraphException e)
        {
            throw new InvalidOnnxFileException(source, e.Message, e);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidOnnxFileException">The file is not a model, or uses a part of ONNX that is not supported.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Model Load(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > MaxFileBytes) throw new InvalidOnnxFileException(path, $"it has {length:N0} bytes; an ONNX file ends before {MaxFileBytes:N0}.");
        return Read(File.ReadAllBytes(path), path);
    }

    private static void CheckSize(Graph graph)
    {
        var weights = graph.Initializers.Values.Sum(t => (long)t.Bytes.Length);
        if (weights < MaxFileBytes) return;
        throw new NotSupportedException(
            $"Graph '{graph.Name}' has {weights:N0} bytes of weights; one ONNX file holds less than {MaxFileBytes:N0}. External data is not supported yet.");
    }
}
