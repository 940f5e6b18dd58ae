(function () {
  var find = document.querySelector('.find'), box = document.getElementById('q'), hits = document.getElementById('hits');
  var rows = [].slice.call(document.querySelectorAll('.register tbody tr'));
  if (!find || !rows.length) return;
  find.hidden = false;
  var told = function (count) { return document.documentElement.lang === 'en' ? count.toLocaleString('en') : String(count); };
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  var sections = rows.map(function (row) {
    var link = row.querySelector('a');
    return link && document.getElementById(link.getAttribute('href').slice(1));
  });
  box.addEventListener('input', function () {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    rows.forEach(function (row, at) {
      var fits = words.every(function (word) { return texts[at].indexOf(word) >= 0; });
      row.hidden = !fits;
      if (sections[at]) sections[at].hidden = !fits;
      shown += fits;
    });
    hits.textContent = words.length ? told(shown) + ' / ' + told(rows.length) : '';
  });
  [].forEach.call(document.querySelectorAll('.rows'), function (table) {
    var body = table.tBodies[0], heads = [].slice.call(table.tHead.rows[0].cells);
    heads.forEach(function (head, at) {
      head.dataset.sort = '';
      head.addEventListener('click', function () {
        var down = head.getAttribute('aria-sort') === 'ascending';
        heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        var key = function (row) {
          var text = row.cells[at].textContent;
          var number = head.className === 'n' ? parseFloat(text.replace(/,/g, '')) : NaN;
          return isNaN(number) ? text : number;
        };
        [].slice.call(body.rows)
          .map(function (row) { return [key(row), row]; })
          .sort(function (a, b) {
            var x = a[0], y = b[0], empty = (x === '') - (y === '');
            if (empty) return empty;
            var order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y), 'zh');
            return down ? -order : order;
          })
          .forEach(function (pair) { body.appendChild(pair[1]); });
      });
    });
  });
})();
